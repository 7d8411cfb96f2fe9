import { type Db, MongoClient } from 'mongodb';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let client: MongoClient;
let db: Db;
beforeAll(async () => {
  // What is tested with documents of 16 MB is not how fast this machine is.
  gateway = await openTestGateway({ data: 'nothing', environment: { MONGODB_DEADLINE_MS: '20000' } });
  client = await new MongoClient(gateway.embedded.mongo.url, { promoteValues: false }).connect();
  db = client.db();
});
afterAll(async () => {
  await client.close();
  await gateway.close();
});

const write = (name: string, input: string) => `mutation ($input: ${input}!) { ${name}(input: $input) {
  __typename
  ... on PutModelConfigSuccess { replayed config { framework revision document metrics { key value nonFinite } } }
  ... on Error { code message }
  ... on ConflictError { current }
  ... on InvalidInputError { issues { path message } }
} }`;
const ask = async (query: string, input: object) => {
  const { data, errors } = await gateway.query(query, { input });
  expect(errors).toBeUndefined();
  return Object.values(data)[0] as { config: { revision: number } };
};
const put = (modelName: string, document: object, more: object = {}) =>
  ask(write('putModelConfig', 'PutModelConfigInput'), { modelName, document, ...more });
const update = (modelName: string, metrics: unknown, more: object = {}) =>
  ask(write('updateModelMetrics', 'UpdateModelMetricsInput'), { modelName, metrics, ...more });

describe('metrics', () => {
  it('of any new name join those that are there, and all else stays', async () => {
    const rest = { architecture: { layers: [1, 2] }, 'metrics.accuracy': 'another key' };
    await put('merge', { ...rest, metrics: { accuracy: 0.5, note: 'kept' } }, { framework: 'f' });
    expect(
      await update('merge', { accuracy: 0.75, inference_latency_ms: 1.5, 'p95.$ms': 3, __proto__: 0 }),
    ).toMatchObject({
      config: {
        framework: 'f',
        revision: 2,
        document: {
          ...rest,
          metrics: { accuracy: 0.75, note: 'kept', inference_latency_ms: 1.5, 'p95.$ms': 3 },
        },
      },
    });
  });

  it('cost one read of the registry and one write', async () => {
    await put('calls', {});
    const calls = await storeCallsOf(() => update('calls', { a: 1 }));
    expect(calls.map(({ store, operation }) => [store, operation])).toEqual([
      ['POSTGRES', 'modelRow'],
      ['MONGODB', 'updateModelMetrics'],
    ]);
  });

  it('that are no finite numbers come back as what they are, and all are doubles at rest', async () => {
    await put('doubles', {});
    const metrics = { nan: 'NaN', up: 'Infinity', down: '-Infinity', whole: 3 };
    // JavaScript writes -0 as 0 in JSON, so it goes in by the query itself.
    await gateway.query(
      'mutation { updateModelMetrics(input: { modelName: "doubles", metrics: { zero: -0 } }) { __typename } }',
    );
    expect(await update('doubles', metrics)).toMatchObject({
      config: {
        metrics: [
          { key: 'zero', value: 0, nonFinite: null },
          { key: 'down', value: null, nonFinite: 'NEGATIVE_INFINITY' },
          { key: 'nan', value: null, nonFinite: 'NAN' },
          { key: 'up', value: null, nonFinite: 'POSITIVE_INFINITY' },
          { key: 'whole', value: 3, nonFinite: null },
        ],
      },
    });
    const atRest = await db.collection('model_configs').findOne({ modelName: 'doubles' });
    const doubles = Object.entries(
      atRest?.document.metrics as Record<string, { _bsontype: string; value: number }>,
    );
    expect(doubles.map(([key, { _bsontype, value }]) => [key, _bsontype, value])).toEqual([
      ['zero', 'Double', -0],
      ['down', 'Double', Number.NEGATIVE_INFINITY],
      ['nan', 'Double', Number.NaN],
      ['up', 'Double', Number.POSITIVE_INFINITY],
      ['whole', 'Double', 3],
    ]);
  });

  it('of a name that every JavaScript object has are metrics like any other', async () => {
    await put('names', {});
    const metrics = JSON.parse('{"__proto__": 1, "constructor": 2, "0": 3}');
    const { config } = await update('names', metrics);
    expect(Object.entries((config as unknown as { document: { metrics: object } }).document.metrics)).toEqual(
      expect.arrayContaining([
        ['__proto__', 1],
        ['constructor', 2],
        ['0', 3],
      ]),
    );
  });

  it('make the configuration of a model that has none, and of an unknown model nothing', async () => {
    await gateway.query(
      'mutation { putModelConfig(input: { modelName: "bare", document: {} }) { __typename } }',
    );
    await db.collection('model_configs').deleteOne({ modelName: 'bare' });
    expect(await update('bare', { accuracy: 0.5 }, { expectedRevision: 0 })).toMatchObject({
      config: { framework: null, revision: 1, document: { metrics: { accuracy: 0.5 } } },
    });
    expect(await update('nobody', { accuracy: 0.5 })).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      message: 'There is no ModelInfo "nobody".',
    });
    expect(await db.collection('model_configs').countDocuments({ modelName: 'nobody' })).toBe(0);
  });

  it('are not merged into what is no object', async () => {
    for (const [n, metrics] of [[{ 0: 1 }], [], 5, null].entries()) {
      await put(`list${n}`, { metrics });
      expect(await update(`list${n}`, { 0: 0.5 })).toMatchObject({
        code: 'CONFLICT',
        message: 'The configuration holds something else than an object under "metrics".',
        current: { revision: 1 },
      });
    }
  });

  it('from twenty writers at once are all there, and each revision was one of theirs', async () => {
    await put('crowd', {});
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => update('crowd', { [`worker_${n}`]: n })),
    );
    const revisions = results.map(({ config }) => config.revision).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
    const { data } = await gateway.query(
      '{ model(by: { name: "crowd" }) { config { metrics { key value } } } }',
    );
    expect(data.model.config.metrics).toHaveLength(20);
  });

  it('are written once under an idempotency key, and only over the revision that was expected', async () => {
    await put('once', {});
    const input = { idempotencyKey: 'a', expectedRevision: 1 };
    expect(await update('once', { a: 1 }, input)).toMatchObject({ replayed: false, config: { revision: 2 } });
    await update('once', { a: 2 });
    expect(await update('once', { a: 1 }, input)).toMatchObject({
      replayed: true,
      config: { revision: 3, document: { metrics: { a: 2 } } },
    });
    expect(await update('once', { a: 3 }, input)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await put('once', {}, { idempotencyKey: 'a' })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await update('once', { a: 4 }, { expectedRevision: 1 })).toMatchObject({
      code: 'CONFLICT',
      current: { revision: 3 },
    });
  });

  it.each([
    ['a text', { accuracy: 'high' }, ['accuracy']],
    ['null', { accuracy: null }, ['accuracy']],
    ['a list', { accuracy: [1] }, ['accuracy']],
    ['an operator', { accuracy: { $gt: '' } }, ['accuracy']],
    ['no name', { '': 1 }, ['']],
    ['no number', {}, []],
    ['a list of numbers', [1], []],
    ['too many', Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`m${n}`, n])), []],
  ])('that hold %s are refused, with the path', async (_, metrics, path) => {
    await put('refused', {});
    expect(await update('refused', metrics)).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: ['metrics', ...path] }],
    });
  });

  it('that do not fit into the largest document are refused', async () => {
    await gateway.query(
      'mutation ($input: PutModelConfigInput!) { putModelConfig(input: $input) { __typename } }',
      { input: { modelName: 'full', document: { text: 'x'.repeat(16_700_000) } } },
    );
    const long = (n: number) => `${n}_`.padEnd(200, '長');
    const metrics = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [long(n), n]));
    const { data } = await gateway.query(
      'mutation ($input: UpdateModelMetricsInput!) { updateModelMetrics(input: $input) { ... on InvalidInputError { issues { path message } } } }',
      { input: { modelName: 'full', metrics } },
    );
    expect(data.updateModelMetrics.issues).toEqual([
      { path: ['metrics'], message: 'makes the document larger than MongoDB can hold' },
    ]);
  });
});

describe('while MongoDB is away', () => {
  it('metrics are an error that says so', async () => {
    const away = await openTestGateway({
      environment: { MONGODB_URI: 'mongodb://127.0.0.1:1/none' },
      data: 'nothing',
    });
    const sql = postgres(away.embedded.postgres.url, { max: 1 });
    await sql`insert into models (name) values ('known')`;
    await sql.end();
    const { data, errors } = await away.query(write('updateModelMetrics', 'UpdateModelMetricsInput'), {
      input: { modelName: 'known', metrics: { a: 1 } },
    });
    expect(data).toEqual({ updateModelMetrics: null });
    expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', store: 'MONGODB' } }]);
    await away.close();
  });
});
