import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateModelMetrics } from '../../src/stores/postgres/model-metrics.ts';
import { insertRunDatasets } from '../../src/stores/postgres/write-run-datasets.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
const id = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Ends of runs: model, framework, run, accuracy. */
const ends = [
  ['a', 'torch', 1, '0.9'],
  ['a', 'torch', 2, 'NaN'],
  ['a', 'jax', 3, '0.7'],
  ['b', 'torch', 4, '0.9'],
  ['c', 'jax', 5, '0.8'],
  ['c', 'jax', 6, 'Infinity'],
  ['d', 'jax', 7, 'NaN'],
] as const;

beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  const sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  await sql`insert into models (name) select distinct * from unnest(${['a', 'b', 'c', 'd', 'e']}::text[])`;
  await sql`insert into datasets (id, name) values (${id(100)}, 'rows'), (${id(101)}, 'unused')`;
  for (const [model, framework, n, accuracy] of ends) {
    await sql`insert into training_runs (id, model_name, status, framework, created_at)
      values (${id(n)}, ${model}, 'FINISHED', ${framework}, ${`2026-01-0${n}T00:00:00Z`})`;
    await sql`insert into run_metrics (run_id, key, value, model_name, framework, run_created_at)
      values (${id(n)}, 'accuracy', ${accuracy}::text::float8, ${model}, ${framework}, ${`2026-01-0${n}T00:00:00Z`})`;
    const read = { runId: id(n), datasetId: id(100) };
    await insertRunDatasets(sql, [
      { ...read, role: 'TRAIN' },
      { ...read, role: 'TEST' },
    ]);
  }
  await sql`insert into run_metric_points (run_id, key, step, value)
    select ${id(1)}, 'loss', n, case n when 5000 then 'NaN' when 7777 then 1e9 else 1.0 / n end from generate_series(1, 20000) n`;
  await sql`insert into run_metric_points (run_id, key, step, value) values (${id(1)}, 'big', 9223372036854775807, 2), (${id(1)}, 'big', 9223372036854775806, 1)`;
  await sql`insert into run_metric_points (run_id, key, step, value)
    select ${id(1)}, 'beside', n, case n when 5000 then 'NaN' when 5001 then 1e9 when 5002 then -1e9 else 1.0 / n end from generate_series(1, 20000) n`;
  await gateway.stores.postgres.transact({ operation: 'test' }, (transaction) =>
    updateModelMetrics(transaction, ['a', 'b', 'c', 'd', 'e']),
  );
  await sql.end();
});
afterAll(() => gateway.close());

async function ask(query: string) {
  let answer: Awaited<ReturnType<TestGateway['query']>> = {};
  const calls = await storeCallsOf(async () => {
    answer = await gateway.query(query);
  });
  expect(answer.errors).toBeUndefined();
  return { data: answer.data, calls: calls.map(({ store }) => store) };
}

describe('the top models', () => {
  it('are ranked by what is finite, equal ones the later name first, in one call', async () => {
    const { data, calls } = await ask('{ topModels { rank value model { name } run { id framework } } }');
    expect(data.topModels.map(({ rank, value, model }: RankedModel) => [rank, value, model.name])).toEqual([
      [1, 0.9, 'b'],
      [2, 0.9, 'a'],
      [3, 0.8, 'c'],
    ]);
    expect(calls).toEqual(['POSTGRES']);
  });

  it('of one framework count its runs only, and with ASC the lowest is the best', async () => {
    const { data } = await ask(`{
      jax: topModels(framework: "jax") { value model { name } }
      worst: topModels(direction: ASC, first: 2) { value model { name } }
      none: topModels(metric: "f1") { value }
    }`);
    expect(data.jax).toEqual([
      { value: 0.8, model: { name: 'c' } },
      { value: 0.7, model: { name: 'a' } },
    ]);
    expect(data.worst).toEqual([
      { value: 0.7, model: { name: 'a' } },
      { value: 0.8, model: { name: 'c' } },
    ]);
    expect(data.none).toEqual([]);
  });

  it.each([
    ['first: 0', ['first']],
    ['first: 101', ['first']],
    ['metric: ""', ['metric']],
    ['framework: ""', ['framework']],
  ])('are refused for %s', async (argument, argumentPath) => {
    const { data, errors } = await gateway.query(`{ topModels(${argument}) { rank } }`);
    expect(data.topModels).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath });
  });
});

describe('the comparison of frameworks', () => {
  it('tells how many, mean, best, worst, median and spread, best mean first', async () => {
    const { data, calls } = await ask(
      '{ frameworkComparison { framework totalRuns average best worst p50 stddev } }',
    );
    expect(data.frameworkComparison).toEqual([
      { framework: 'torch', totalRuns: 2, average: 0.9, best: 0.9, worst: 0.9, p50: 0.9, stddev: 0 },
      {
        framework: 'jax',
        totalRuns: 2,
        average: 0.75,
        best: 0.8,
        worst: 0.7,
        p50: 0.75,
        stddev: expect.closeTo(0.0707, 4),
      },
    ]);
    expect(calls).toEqual(['POSTGRES']);
  });

  it('since a moment leaves older runs out', async () => {
    const { data } = await ask(
      '{ frameworkComparison(since: "2026-01-04T00:00:00Z") { framework totalRuns best stddev } }',
    );
    expect(data.frameworkComparison).toEqual([
      { framework: 'torch', totalRuns: 1, best: 0.9, stddev: null },
      { framework: 'jax', totalRuns: 1, best: 0.8, stddev: null },
    ]);
  });
});

describe('a dataset', () => {
  it('tells what was trained on it, each run once', async () => {
    const { data, calls } = await ask(
      '{ dataset(name: "rows") { stats { totalExperiments bestAccuracy averageAccuracy lastRunAt bestRun { modelName } } } }',
    );
    expect(data.dataset.stats).toEqual({
      totalExperiments: 7,
      bestAccuracy: 0.9,
      averageAccuracy: expect.closeTo(0.825, 10),
      lastRunAt: '2026-01-07T00:00:00Z',
      bestRun: { modelName: 'b' },
    });
    expect(calls).toEqual(['POSTGRES', 'POSTGRES']);
  });

  it('that nobody used has zero runs, and no best one', async () => {
    const { data } = await ask(
      '{ dataset(name: "unused") { stats { totalExperiments bestAccuracy bestRun { id } lastRunAt } } }',
    );
    expect(data.dataset.stats).toEqual({
      totalExperiments: 0,
      bestAccuracy: null,
      bestRun: null,
      lastRunAt: null,
    });
  });
});

describe('the best run', () => {
  it('of every model of a page is one call, never one that ended with NaN or infinity', async () => {
    const { data, calls } = await ask(
      '{ models(first: 10) { nodes { name bestRun { metrics { value } } } } }',
    );
    expect(data.models.nodes).toEqual([
      { name: 'a', bestRun: { metrics: [{ value: 0.9 }] } },
      { name: 'b', bestRun: { metrics: [{ value: 0.9 }] } },
      { name: 'c', bestRun: { metrics: [{ value: 0.8 }] } },
      { name: 'd', bestRun: null },
      { name: 'e', bestRun: null },
    ]);
    expect(calls).toEqual(['POSTGRES', 'POSTGRES', 'POSTGRES']);
  });
});

describe('the history of a metric', () => {
  const history = async (field: string) => {
    const { data } = await ask(
      `{ model(by: { name: "a" }) { trainingRuns(first: 1, filter: { createdAt: { lt: "2026-01-02T00:00:00Z" } }) { nodes { ${field} } } } }`,
    );
    return data.model.trainingRuns.nodes[0].metricHistory;
  };

  it('of many steps is thinned out, and loses neither its ends nor a spike nor a NaN', async () => {
    const points = await history('metricHistory(key: "loss", maxPoints: 100) { step value nonFinite }');
    expect(points.length).toBeGreaterThan(90);
    expect(points.length).toBeLessThanOrEqual(100);
    expect(points[0]).toEqual({ step: '1', value: 1, nonFinite: null });
    expect(points.at(-1)).toEqual({ step: '20000', value: 1 / 20_000, nonFinite: null });
    expect(points).toContainEqual({ step: '5000', value: null, nonFinite: 'NAN' });
    expect(points).toContainEqual({ step: '7777', value: 1e9, nonFinite: null });
    const steps = points.map(({ step }: { step: string }) => Number(step));
    expect(steps).toEqual(steps.toSorted((x: number, y: number) => x - y));
  });

  it('keeps a spike up and one down though a NaN stands beside them', async () => {
    const points = await history('metricHistory(key: "beside", maxPoints: 100) { step }');
    expect(points).toEqual(expect.arrayContaining([{ step: '5000' }, { step: '5001' }, { step: '5002' }]));
  });

  it.each([10, 11, 12, 13, 500])('never has more than %i points when no more are wanted', async (most) => {
    for (const key of ['loss', 'beside'])
      expect(
        (await history(`metricHistory(key: "${key}", maxPoints: ${most}) { step }`)).length,
      ).toBeLessThanOrEqual(most);
  });

  it('of few steps comes whole, with steps of 64 bits', async () => {
    expect(await history('metricHistory(key: "big") { step value }')).toEqual([
      { step: '9223372036854775806', value: 1 },
      { step: '9223372036854775807', value: 2 },
    ]);
  });

  it('of a metric that has no steps is its one value, and of none is empty', async () => {
    expect(await history('metricHistory(key: "accuracy") { step value }')).toEqual([
      { step: '0', value: 0.9 },
    ]);
    expect(await history('metricHistory(key: "unknown") { step value }')).toEqual([]);
  });
});

interface RankedModel {
  rank: number;
  value: number;
  model: { name: string };
}
