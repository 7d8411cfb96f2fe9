import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const name = 'seed-model-0000005';
const moveAlias = (version: number | null, actor: string) =>
  gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-modelgraph-actor': actor },
    body: JSON.stringify({
      query: 'mutation ($input: SetModelAliasInput!) { setModelAlias(input: $input) { __typename } }',
      variables: { input: { modelName: name, alias: 'canary', version, reason: 'a trial' } },
    }),
  });

describe('the history of a model', () => {
  it('tells who moved what, when, from where to where, and why', async () => {
    await moveAlias(1, 'ada');
    await moveAlias(null, 'grace');
    const { data, errors } = await gateway.query(`{ model(by: { name: "${name}" }) { history(first: 2) {
      totalCount nodes { sequence kind at actor model { name } before after subject { __typename ... on ModelVersion { version } } }
    } } }`);
    expect(errors).toBeUndefined();
    const { nodes, totalCount } = data.model.history;
    expect(nodes).toEqual([
      {
        sequence: expect.stringMatching(/^\d+$/),
        kind: 'ALIAS_REMOVED',
        at: expect.stringMatching(/Z$/),
        actor: 'grace',
        model: { name },
        before: { alias: 'canary', version: 1 },
        after: { alias: 'canary', version: null, reason: 'a trial' },
        subject: { __typename: 'ModelVersion', version: 1 },
      },
      expect.objectContaining({
        kind: 'ALIAS_SET',
        actor: 'ada',
        before: { alias: 'canary', version: null },
      }),
    ]);
    expect(BigInt(nodes[0].sequence)).toBeGreaterThan(BigInt(nodes[1].sequence));
    expect(totalCount).toBe(6);
  });

  it('is read page by page, and its events are found again by id', async () => {
    const page = async (after: string) => {
      const { data } = await gateway.query(
        `{ model(by: { name: "${name}" }) { history(first: 3${after}) { pageInfo { endCursor } nodes { id kind } } } }`,
      );
      return data.model.history;
    };
    const first = await page('');
    const second = await page(`, after: "${first.pageInfo.endCursor}"`);
    const all = [...first.nodes, ...second.nodes];
    expect(all.map(({ kind }: { kind: string }) => kind).at(-1)).toBe('MODEL_REGISTERED');
    const { data } = await gateway.query(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ModelEvent { kind } } }',
      {
        ids: all.map(({ id }: { id: string }) => id),
      },
    );
    expect(data.nodes).toEqual(all);
  });

  it('shows every kind of subject, and null for one that cannot be', async () => {
    const sql = postgres(gateway.embedded.postgres.url, { max: 1 });
    const [artifact] = await sql`select id from artifacts where model_name = 'seed-model-0000009'`;
    await sql`insert into model_events (model_name, kind, subject_type, subject_key) values
      ('seed-model-0000009', 'A', 'Artifact', ${artifact?.id}), ('seed-model-0000009', 'B', 'TrainingRun', 'no uuid'),
      ('seed-model-0000009', 'C', 'ModelVersion', '99999999999:seed-model-0000009')`;
    await sql.end();
    const { data, errors } = await gateway.query(
      '{ model(by: { name: "seed-model-0000009" }) { history(first: 4) { nodes { kind subject { __typename } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.model.history.nodes).toEqual([
      { kind: 'C', subject: null },
      { kind: 'B', subject: null },
      { kind: 'A', subject: { __typename: 'Artifact' } },
      expect.objectContaining({ subject: expect.objectContaining({ __typename: expect.any(String) }) }),
    ]);
  });

  it('of a page of models is one call more, subjects included one more', async () => {
    const calls = await storeCallsOf(async () => {
      const { errors } = await gateway.query(
        '{ models(first: 50) { nodes { history(first: 5) { nodes { kind subject { id } } } } } }',
      );
      expect(errors).toBeUndefined();
    });
    expect(calls.map(({ store }) => store)).toEqual(['POSTGRES', 'POSTGRES', 'POSTGRES']);
  });
});
