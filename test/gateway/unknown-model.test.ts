import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const nodeId = (text: string) => Buffer.from(text).toString('base64url');

describe('a model that does not exist', () => {
  it('is null without an error, whatever was asked of it', async () => {
    const answer = await gateway.query(
      '{ model(by: { name: "no-such-model" }) { name createdAt config { revision } serving { predictionCount } sources { store } } }',
    );
    expect(answer.data).toEqual({ model: null });
    expect(answer.errors).toBeUndefined();
  });

  it('is null by its id too', async () => {
    const answer = await gateway.query(
      `{ model(by: { id: "${nodeId('ModelInfo:no-such-model')}" }) { name } }`,
    );
    expect(answer).toMatchObject({ data: { model: null } });
    expect(answer.errors).toBeUndefined();
  });
});

describe('a node that does not exist', () => {
  it.each([
    'ModelInfo:no-such-model',
    'ModelInfo: not a name ',
    'ModelVersion:99:seed-model-0000001',
    'ModelVersion:seed-model-0000001',
    'ModelVersion:99999999999:seed-model-0000001',
    'TrainingRun:00000000-0000-7000-8000-000000000000',
    "TrainingRun:' or 1=1 --",
    'Dataset:x',
    'Artifact:x',
    'Deployment:x',
    'ModelConfig:head:no-such-model',
  ])('is null without an error: %s', async (key) => {
    const answer = await gateway.query('query ($id: ID!) { node(id: $id) { id } }', { id: nodeId(key) });
    expect(answer.data).toEqual({ node: null });
    expect(answer.errors).toBeUndefined();
  });

  it.each(['', 'x', nodeId('Nothing:1'), nodeId('Query:1'), nodeId('ModelInfo:'), '🚀'])(
    'has no id such as %j',
    async (id) => {
      const answer = await gateway.query('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['id'] } }]);
    },
  );
});

describe('a node that exists', () => {
  it('is found again by the id that it told, of whatever type', async () => {
    const { data } = await gateway.query(`{ model(by: { name: "seed-model-0000001" }) {
      id
      latestVersion { id config { id } artifacts(first: 1) { nodes { id } } }
      trainingRuns(first: 1) { nodes { id datasets { dataset { id } } } }
      history(first: 1) { nodes { id } }
      deployments(first: 1) { nodes { id } }
      config { id }
    } }`);
    const ids = [...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(9);
    const { data: found, errors } = await gateway.query(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      { ids },
    );
    expect(errors).toBeUndefined();
    expect(found.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(new Set(found.nodes.map(({ __typename }: { __typename: string }) => __typename))).toEqual(
      new Set([
        'ModelInfo',
        'ModelVersion',
        'Artifact',
        'TrainingRun',
        'Dataset',
        'ModelConfig',
        'Deployment',
        'ModelEvent',
      ]),
    );
  });

  it('has an id that says nothing of where it is kept, and never changes', async () => {
    const { data } = await gateway.query('{ model(by: { name: "seed-model-0000001" }) { id } }');
    expect(data.model.id).toBe(nodeId('ModelInfo:seed-model-0000001'));
  });
});
