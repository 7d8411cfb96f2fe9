import { Redis } from 'ioredis';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateModelMetrics } from '../../src/stores/postgres/model-metrics.ts';
import { insertRunDatasets } from '../../src/stores/postgres/write-run-datasets.ts';
import { predictionsKey } from '../../src/stores/redis/keys.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

// Model → its runs: seconds it took, if it has ended, and accuracy, if it has one.
const models: Record<string, readonly (readonly [seconds: number | null, accuracy: number | null])[]> = {
  a: [
    [1.5, 0.5],
    [2, 0.9],
  ],
  b: [[0.000001, 0.7]],
  c: [[null, null]],
  d: [[60, Number.NaN]],
  e: [[1.500001, Number.POSITIVE_INFINITY]],
  f: [[3, 0.7]],
  g: [],
};

let gateway: TestGateway;
let sql: postgres.Sql;
let redis: Redis;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  redis = gateway.embedded.redis.client?.duplicate() ?? new Redis(gateway.embedded.redis.url ?? '');
  await sql`insert into models ${sql(Object.keys(models).map((name) => ({ name })))}`;
  await sql`insert into datasets (id, name) values (${idOf(99)}, 'all')`;
  for (const [n, [modelName, [seconds, accuracy]]] of runs.entries()) {
    const id = idOf(n);
    await sql`insert into training_runs (id, model_name, status, framework, created_at, started_at, ended_at)
      values (${id}, ${modelName}, 'FINISHED', 'f', ${`2026-01-01T00:00:0${n}Z`}, '2026-01-01T00:00:00Z',
        '2026-01-01T00:00:00Z'::timestamptz + make_interval(secs => ${seconds}))`;
    if (accuracy !== null)
      await sql`insert into run_metrics (run_id, key, value, model_name, framework)
        values (${id}, 'accuracy', ${String(accuracy)}::float8, ${modelName}, 'f')`;
    await insertRunDatasets(sql, [{ runId: id, datasetId: idOf(99), role: 'TRAIN' }]);
  }
  await updateModelMetrics(sql, Object.keys(models));
});
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await gateway.close();
});

const runs = Object.entries(models).flatMap(([name, all]) => all.map((run) => [name, run] as const));
const idOf = (n: number) => `01930000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`;

interface List {
  nodes: { name?: string; modelName?: string; durationMs?: string | null }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string; startCursor: string };
}

/** The whole list, read in pages from the front, and the same from the back. */
async function walk(query: string, variables: Record<string, unknown>, at: (data: never) => List) {
  const read = async (backwards: boolean) => {
    const all: List['nodes'] = [];
    let cursor: string | null = null;
    for (;;) {
      const turn: Record<string, unknown> = backwards
        ? { last: 2, before: cursor }
        : { first: 2, after: cursor };
      const { data, errors } = await gateway.query(query, { ...variables, ...turn });
      expect(errors).toBeUndefined();
      const { nodes, pageInfo } = at(data as never);
      if (backwards) all.unshift(...nodes);
      else all.push(...nodes);
      if (backwards ? !pageInfo.hasPreviousPage : !pageInfo.hasNextPage) return all;
      cursor = backwards ? pageInfo.startCursor : pageInfo.endCursor;
    }
  };
  const forwards = await read(false);
  expect(await read(true)).toEqual(forwards);
  return forwards;
}

const page = 'first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy';
const pageVariables = '$first: Int, $last: Int, $after: String, $before: String';
const info = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

const modelsBy = async (orderBy: object, filter: object | null = null) => {
  const query = `query (${pageVariables}, $orderBy: ModelOrder, $filter: ModelFilter) {
    models(${page}, filter: $filter) { nodes { name } ${info} }
  }`;
  const nodes = await walk(query, { orderBy, filter }, ({ models }: { models: List }) => models);
  return nodes.map(({ name }) => name).join(' ');
};

describe('models by their best metric', () => {
  it('come by the highest, descending; those without a finite one are last, by name', async () => {
    expect(await modelsBy({ field: 'BEST_METRIC', metric: 'accuracy', direction: 'DESC' })).toBe(
      'a f b g e d c',
    );
  });

  it('come by the lowest, ascending; those without are last then too', async () => {
    expect(await modelsBy({ field: 'BEST_METRIC', metric: 'accuracy', direction: 'ASC' })).toBe(
      'a b f c d e g',
    );
  });

  it('can be filtered, by that metric too', async () => {
    const orderBy = { field: 'BEST_METRIC', metric: 'accuracy', direction: 'DESC' };
    expect(await modelsBy(orderBy, { not: { name: { in: ['a', 'g', 'd'] } } })).toBe('f b e c');
    expect(await modelsBy(orderBy, { bestMetric: [{ key: 'accuracy', is: { lte: 0.8 } }] })).toBe('f b');
    expect(await modelsBy({ ...orderBy, metric: 'nothing' })).toBe('g f e d c b a');
  });

  it('cost one call a page, and what the page told is not asked again', async () => {
    const calls = await storeCallsOf(() =>
      gateway.query(
        '{ models(first: 5, orderBy: { field: BEST_METRIC, metric: "accuracy", direction: DESC }) { driver nodes { name createdAt } } }',
      ),
    );
    expect(calls).toMatchObject([{ store: 'POSTGRES', outcome: 'OK' }]);
  });
});

describe('models by how many predictions they served', () => {
  beforeAll(async () => {
    // "b" and "f" served as many; "ghost" was deleted from the registry, and "{x}" never was a model.
    await redis.zadd(predictionsKey, 7, 'b', 100, 'a', 7, 'f', 0, 'c', 50, 'ghost', 7, 'd-gone', 8, '{x}');
  });

  it('are chosen and ordered by Redis; equals by name, what the registry does not know passed over', async () => {
    expect(await modelsBy({ field: 'PREDICTION_COUNT', direction: 'DESC' })).toBe('a f b c');
    expect(await modelsBy({ field: 'PREDICTION_COUNT', direction: 'ASC' })).toBe('c b f a');
  });

  it('cost one call to Redis and one to PostgreSQL, which is not asked again, and say who chose them', async () => {
    const calls = await storeCallsOf(async () => {
      const { data } = await gateway.query(
        '{ models(first: 1, orderBy: { field: PREDICTION_COUNT }) { driver nodes { name createdAt } } }',
      );
      expect(data.models).toMatchObject({ driver: 'REDIS', nodes: [{ name: 'c' }] });
    });
    expect(calls.map(({ store }) => store)).toEqual(['REDIS', 'POSTGRES']);
  });

  it('say how many Redis counts', async () => {
    const { data } = await gateway.query(
      '{ models(first: 1, orderBy: { field: PREDICTION_COUNT }) { totalCount } }',
    );
    expect(data.models.totalCount).toBe(7);
  });

  it('take no filter: what Redis cannot answer is refused, never ignored', async () => {
    for (const [field, filter] of Object.entries({
      name: '{ name: { eq: "a" } }',
      config: '{ config: [{ path: "/a", exists: true }] }',
      or: '{ or: [{ name: { eq: "a" } }] }',
    })) {
      const calls = await storeCallsOf(async () => {
        const { errors } = await gateway.query(
          `{ models(first: 1, filter: ${filter}, orderBy: { field: PREDICTION_COUNT }) { nodes { name } } }`,
        );
        expect(errors?.[0]?.extensions).toMatchObject({
          code: 'BAD_USER_INPUT',
          argumentPath: ['filter', field],
        });
      });
      expect(calls).toEqual([]);
    }
  });

  it('are an error, not a short page, when Redis counts little but what nobody knows', async () => {
    const ghosts = Array.from({ length: 30 }, (_, n) => [1_000 + n, `ghost-${n}`]).flat();
    await redis.zadd(predictionsKey, ...(ghosts as [number, string]));
    const { data, errors } = await gateway.query(
      '{ models(first: 2, orderBy: { field: PREDICTION_COUNT, direction: DESC }) { nodes { name } } }',
    );
    expect(data.models).toBeNull();
    expect(errors?.[0]?.extensions).toEqual({ code: 'STORE_CORRUPT', store: 'REDIS', retryable: false });
    await redis.zremrangebyscore(predictionsKey, 1_000, 2_000);
  });
});

describe.each([
  ['all', 'trainingRuns', ({ trainingRuns }: { trainingRuns: List }) => trainingRuns],
  [
    'of a dataset',
    'dataset(name: "all") { trainingRuns',
    ({ dataset }: { dataset: { trainingRuns: List } }) => dataset.trainingRuns,
  ],
])('training runs, %s', (_, field, at) => {
  const runsBy = (orderBy: object, filter: object | null = null) => {
    const query = `query (${pageVariables}, $orderBy: TrainingRunOrder, $filter: TrainingRunFilter) {
      ${field}(${page}, filter: $filter) { nodes { modelName durationMs } ${info} }${field.includes('{') ? ' }' : ''}
    }`;
    return walk(query, { orderBy, filter }, at as (data: never) => List);
  };
  const modelsOf = (nodes: List['nodes']) => nodes.map(({ modelName }) => modelName).join(' ');

  it('come by how long they took, to the microsecond; what has not ended is last', async () => {
    expect(modelsOf(await runsBy({ by: 'DURATION', direction: 'ASC' }))).toBe('b a e a f d c');
    expect(modelsOf(await runsBy({ by: 'DURATION', direction: 'DESC' }))).toBe('d f a e a b c');
  });

  it('come by a metric; infinities are numbers, NaN and none at all are last in both directions', async () => {
    const by = { by: 'METRIC', metric: 'accuracy' };
    expect(modelsOf(await runsBy({ ...by, direction: 'ASC' }))).toBe('a b f a e c d');
    expect(modelsOf(await runsBy({ ...by, direction: 'DESC' }))).toBe('e a f b a d c');
    expect(modelsOf(await runsBy({ by: 'METRIC', metric: 'nothing', direction: 'DESC' }))).toBe(
      'f e d c b a a',
    );
  });

  it('can be filtered by metrics, which NaN never meets', async () => {
    const accuracy = (is: object) => ({ metrics: [{ key: 'accuracy', is }] });
    const newest = { by: 'CREATED_AT', direction: 'DESC' };
    expect(modelsOf(await runsBy(newest, accuracy({ gte: 0.7 })))).toBe('f e b a');
    expect(modelsOf(await runsBy(newest, accuracy({ gt: 0.5, lt: 0.9 })))).toBe('f b');
    expect(modelsOf(await runsBy(newest, accuracy({ eq: 0.9 })))).toBe('a');
    const by = { by: 'METRIC', metric: 'accuracy', direction: 'DESC' };
    expect(modelsOf(await runsBy(by, accuracy({ lte: 0.7 })))).toBe('f b a');
  });
});

describe('a model’s training runs', () => {
  it('come by a metric or duration, in the same call as the model', async () => {
    const calls = await storeCallsOf(async () => {
      const { data } = await gateway.query(`{ model(by: { name: "a" }) {
        best: trainingRuns(first: 1, orderBy: { by: METRIC, metric: "accuracy" }) { nodes { durationMs } }
        worst: trainingRuns(first: 5, orderBy: { by: METRIC, metric: "accuracy", direction: ASC }) { nodes { durationMs } }
        longest: trainingRuns(first: 5, orderBy: { by: DURATION }) { nodes { durationMs } }
      } }`);
      expect(data.model).toEqual({
        best: { nodes: [{ durationMs: '2000' }] },
        worst: { nodes: [{ durationMs: '1500' }, { durationMs: '2000' }] },
        longest: { nodes: [{ durationMs: '2000' }, { durationMs: '1500' }] },
      });
    });
    expect(calls.map(({ store }) => store)).toEqual(['POSTGRES']);
  });
});

describe('an order', () => {
  it.each<[string, RegExp]>([
    ['models(first: 1, orderBy: { field: BEST_METRIC }) { nodes { name } }', /needs the name of a metric/],
    ['models(first: 1, orderBy: { field: NAME, metric: "accuracy" }) { nodes { name } }', /leave it out/],
    [
      'models(first: 1, orderBy: { field: PREDICTION_COUNT, metric: "a" }) { nodes { name } }',
      /leave it out/,
    ],
    ['models(first: 1, orderBy: { field: BEST_METRIC, metric: "" }) { nodes { name } }', /1 to 200/],
    ['trainingRuns(first: 1, orderBy: { by: METRIC }) { nodes { id } }', /needs the name of a metric/],
    ['trainingRuns(first: 1, orderBy: { by: DURATION, metric: "a" }) { nodes { id } }', /leave it out/],
    ['trainingRuns(first: 1, orderBy: { by: METRIC, metric: "a\\u0000" }) { nodes { id } }', /NUL/],
  ])('names a metric exactly when it orders by one: %s', async (field, message) => {
    const { errors } = await gateway.query(`{ ${field} }`);
    expect(errors?.[0]?.message).toMatch(message);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argumentPath: ['orderBy', 'metric'],
    });
  });

  it('gives cursors that no other order takes', async () => {
    const at = async (orderBy: string, after = '') =>
      gateway.query(`{ models(first: 1, ${after} orderBy: ${orderBy}) { pageInfo { endCursor } } }`);
    const { data } = await at('{ field: BEST_METRIC, metric: "accuracy" }');
    const after = `after: "${data.models.pageInfo.endCursor}"`;
    for (const other of [
      '{ field: BEST_METRIC, metric: "loss" }',
      '{ field: BEST_METRIC, metric: "accuracy", direction: DESC }',
      '{ field: PREDICTION_COUNT }',
    ]) {
      const { errors } = await at(other, after);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['after'] });
    }
  });
});
