import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRunDatasets } from '../../src/stores/postgres/write-run-datasets.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
const id = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const greatest = Number.MAX_VALUE;

/** Ends of runs: framework, accuracy, and a loss that went where losses go. */
const ends = [
  ['jax', greatest, 1e200],
  ['jax', greatest, -1e200],
  ['jax', greatest, 0.5],
  ['torch', 0.5, greatest],
  ['torch', 0.5, -greatest],
  ['other', 0.25, 0.5],
  ['other', 0.75, 1e-300],
] as const;

beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  const sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  await sql`insert into models (name) values ('m')`;
  await sql`insert into datasets (id, name) values (${id(100)}, 'd')`;
  for (const [n, [framework, accuracy, loss]] of ends.entries()) {
    await sql`insert into training_runs (id, model_name, status, framework) values (${id(n)}, 'm', 'FAILED', ${framework})`;
    await sql`insert into run_metrics (run_id, key, value, model_name, framework) values
      (${id(n)}, 'accuracy', ${accuracy}, 'm', ${framework}), (${id(n)}, 'loss', ${loss}, 'm', ${framework})`;
    if (framework === 'jax')
      await insertRunDatasets(sql, [{ runId: id(n), datasetId: id(100), role: 'TRAIN' }]);
  }
  await sql.end();
});
afterAll(() => gateway.close());

describe('values so large that their squares overflow', () => {
  it('have a mean, a median and a spread, and do not touch those of other frameworks', async () => {
    const { data, errors } = await gateway.query(
      '{ frameworkComparison(metric: "loss") { framework totalRuns average best worst p50 stddev } }',
    );
    expect(errors).toBeUndefined();
    const of = (name: string) =>
      data.frameworkComparison.find(({ framework }: { framework: string }) => framework === name);
    expect(of('jax')).toMatchObject({
      totalRuns: 3,
      average: 1 / 6,
      best: 1e200,
      worst: -1e200,
      p50: 0.5,
      stddev: 1e200,
    });
    expect(of('other')).toMatchObject({ average: 0.25, p50: 0.25, stddev: expect.closeTo(0.35355, 5) });
    // What no double can hold is null, not an infinity that GraphQL could not show.
    expect(of('torch')).toMatchObject({
      average: 0,
      best: greatest,
      worst: -greatest,
      p50: 0,
      stddev: null,
    });
  });

  it('are summed up for a dataset, and fail nothing that is asked beside it', async () => {
    const { data, errors } = await gateway.query(`{
      dataset(name: "d") { stats { totalExperiments bestAccuracy averageAccuracy } trainingRuns(first: 1) { totalCount } }
    }`);
    expect(errors).toBeUndefined();
    expect(data.dataset).toEqual({
      stats: { totalExperiments: 3, bestAccuracy: greatest, averageAccuracy: greatest },
      trainingRuns: { totalCount: 3 },
    });
  });
});
