import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const result = `
  __typename
  ... on CreateModelVersionSuccess { sequence version {
    id version description tags { key value } model { name createdAt }
    trainingRun { id } artifacts(first: 100) { nodes { kind uri sha256 sizeBytes } }
  } }
  ... on Error { code message }
  ... on NotFoundError { entity key }
  ... on InvalidInputError { issues { path message } }
`;
const one = `mutation ($input: CreateModelVersionInput!) { createModelVersion(input: $input) { ${result} } }`;
const many = `mutation ($inputs: [CreateModelVersionInput!]!) { createModelVersions(inputs: $inputs) { ${result} } }`;

const write = async (input: object) => {
  const { data, errors } = await gateway.query(one, { input });
  expect(errors).toBeUndefined();
  return data.createModelVersion;
};

const runsOf = async (name: string): Promise<{ id: string }[]> => {
  const { data } = await gateway.query(
    `{ model(by: { name: ${JSON.stringify(name)} }) { trainingRuns(first: 3) { nodes { id } } } }`,
  );
  return data.model.trainingRuns.nodes;
};

const eventsOf = (name: string) =>
  gateway.stores.postgres.transact(
    { operation: 'eventsOf' },
    async (transaction) =>
      await transaction`select kind, subject_key, after from model_events where model_name = ${name} order by sequence`,
  );

describe('the first version of a new model', () => {
  it('registers the model too, in one call, and both are in the audit', async () => {
    const artifacts = [
      { kind: 'model', uri: 's3://b/1', sha256: 'A'.repeat(64), sizeBytes: '9223372036854775807' },
      { kind: 'notes', uri: 's3://b/2' },
    ];
    const calls = await storeCallsOf(async () => {
      expect(
        await write({
          modelName: 'imported',
          description: 'From elsewhere.',
          tags: [{ key: '__proto__', value: '' }],
          artifacts,
        }),
      ).toMatchObject({
        __typename: 'CreateModelVersionSuccess',
        sequence: expect.stringMatching(/^\d+$/),
        version: {
          version: 1,
          description: 'From elsewhere.',
          tags: [{ key: '__proto__', value: '' }],
          model: { name: 'imported', createdAt: expect.any(String) },
          trainingRun: null,
          artifacts: {
            nodes: [
              { ...artifacts[0], sha256: 'a'.repeat(64) },
              { ...artifacts[1], sha256: null, sizeBytes: null },
            ],
          },
        },
      });
    });
    // One transaction, and one read for what the query asks of the version.
    expect(calls.map(({ store }) => store)).toEqual(['POSTGRES', 'POSTGRES']);
    expect(calls[0]?.operation).toBe('createModelVersion');
    expect(await eventsOf('imported')).toMatchObject([
      { kind: 'MODEL_REGISTERED', subject_key: null },
      { kind: 'VERSION_CREATED', subject_key: '1:imported', after: { version: 1, runId: null } },
    ]);
  });
});

describe('a version', () => {
  it('has the next number, and the run that produced it', async () => {
    const [run] = await runsOf('seed-model-0000001');
    expect(await write({ modelName: 'seed-model-0000001', runId: run?.id })).toMatchObject({
      version: { version: 2, trainingRun: run },
    });
  });

  it('asked for by many at once gets a number of its own, without gaps', async () => {
    const versions = await Promise.all(Array.from({ length: 12 }, () => write({ modelName: 'crowded' })));
    const numbers = versions.map(({ version }) => version.version).sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const kinds = (await eventsOf('crowded')).map(({ kind }) => kind);
    expect(kinds).toEqual(['MODEL_REGISTERED', ...numbers.map(() => 'VERSION_CREATED')]);
  });

  it('sent again under its idempotency key is there once', async () => {
    const input = { idempotencyKey: 'version once', modelName: 'once' };
    const first = await write(input);
    expect(await write(input)).toEqual(first);
    expect(await write({ ...input, idempotencyKey: 'version twice' })).toMatchObject({
      version: { version: 2 },
    });
    expect(await write({ ...input, description: 'other' })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });
});

describe('what is refused', () => {
  it('a run that is not there, or of another model, and then no model is registered', async () => {
    const [run] = await runsOf('seed-model-0000002');
    expect(await write({ modelName: 'unborn', runId: run?.id })).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: ['runId'], message: 'is a run of "seed-model-0000002", not of "unborn"' }],
    });
    const nobody = Buffer.from('TrainingRun:01930000-0000-7000-8000-00000000000a').toString('base64url');
    expect(await write({ modelName: 'unborn', runId: nobody })).toMatchObject({
      code: 'NOT_FOUND',
      entity: 'TrainingRun',
      key: '01930000-0000-7000-8000-00000000000a',
    });
    const { data } = await gateway.query('{ model(by: { name: "unborn" }) { name } }');
    expect(data.model).toBeNull();
  });

  it('an id that is not one of a run', async () => {
    for (const id of [Buffer.from('ModelInfo:seed-model-0000002').toString('base64url'), 'nonsense']) {
      const { data, errors } = await gateway.query(one, { input: { modelName: 'unborn', runId: id } });
      expect(data.createModelVersion).toBeNull();
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'runId'] } },
      ]);
    }
  });

  it('every fault of the input at once, with its path', async () => {
    const artifacts = [
      { kind: 'model', uri: 'x', sha256: 'short' },
      { kind: '', uri: 'x', sizeBytes: -1 },
    ];
    const tags = [
      { key: 'a', value: '\0' },
      { key: 'a', value: '' },
    ];
    expect(await write({ modelName: ' ', artifacts, tags })).toMatchObject({
      issues: [
        { path: ['modelName'] },
        { path: ['artifacts', '0', 'sha256'], message: 'give 64 hexadecimal digits' },
        { path: ['artifacts', '1', 'kind'], message: 'cannot be empty' },
        { path: ['artifacts', '1', 'sizeBytes'], message: 'cannot be less than 0' },
        { path: ['tags', '0', 'value'], message: 'cannot hold NUL or half of a character' },
        { path: ['tags'], message: 'each key can be there once' },
      ],
    });
    const tooMany = Array.from({ length: 101 }, (_, n) => ({ kind: 'model', uri: String(n) }));
    expect(await write({ modelName: 'a', artifacts: tooMany })).toMatchObject({
      issues: [{ path: ['artifacts'], message: 'give at most 100 artifacts' }],
    });
  });
});

describe('many versions in one mutation', () => {
  it('are written in their order, each by itself: a bad one does not undo the good ones', async () => {
    const inputs = [
      { modelName: 'batch' },
      { modelName: 'batch', artifacts: [{ kind: '', uri: 'x' }] },
      { modelName: 'batch', description: 'third' },
    ];
    const calls = await storeCallsOf(async () => {
      const { data, errors } = await gateway.query(many, { inputs });
      expect(errors).toBeUndefined();
      expect(data.createModelVersions).toMatchObject([
        { version: { version: 1 } },
        { __typename: 'InvalidInputError', issues: [{ path: ['artifacts', '0', 'kind'] }] },
        { version: { version: 2, description: 'third' } },
      ]);
    });
    // A transaction for each good input, and one read for what the query asks of all.
    expect(calls).toHaveLength(3);
  });

  it('are at most 100', async () => {
    const inputs = Array.from({ length: 101 }, () => ({ modelName: 'batch' }));
    const { data, errors } = await gateway.query(many, { inputs });
    expect(data.createModelVersions).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['inputs'] } }]);
  });

  it('say each for itself that PostgreSQL is away', async () => {
    const away = await openTestGateway({
      environment: { DATABASE_URL: 'postgres://127.0.0.1:1/none' },
      data: 'nothing',
    });
    const { data, errors } = await away.query(many, { inputs: [{ modelName: 'a' }, { modelName: '' }] });
    expect(data.createModelVersions).toMatchObject([null, { code: 'INVALID_INPUT' }]);
    expect(errors).toMatchObject([
      { path: ['createModelVersions', 0], extensions: { code: 'STORE_UNAVAILABLE', store: 'POSTGRES' } },
    ]);
    await away.close();
  });
});
