import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelName, parseModelName } from '../../src/model-name.ts';
import { aliasesOfModel } from '../../src/stores/postgres/aliases.ts';
import type { RegistryRows } from '../../src/stores/postgres/copy-rows.ts';
import { datasetByName, datasetsOfRun } from '../../src/stores/postgres/datasets.ts';
import { metricsOfRun } from '../../src/stores/postgres/metrics.ts';
import { modelRow } from '../../src/stores/postgres/models.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { runRow } from '../../src/stores/postgres/runs.ts';
import { latestVersion, versionByAlias, versionRow } from '../../src/stores/postgres/versions.ts';
import { postgresEngines } from '../support/engines.ts';

const runId = '01930000-0000-7000-8000-000000000001';
const datasetId = '01930000-0000-7000-8000-000000000002';
const odd = 'tab\tless \\ back\nslash 🚀 زراعة'.replace(/[\t\n]/g, ' ');
const moment = '2026-11-23T20:11:05.123456Z';

const rows: RegistryRows = {
  models: [
    {
      name: 'a',
      description: 'line\nbreak\ttab \\N backslash',
      tags: { k: 'v', 'ü"': '\\' },
      createdAt: moment,
      updatedAt: moment,
    },
    { name: odd, description: null, tags: {}, createdAt: moment, updatedAt: moment },
  ],
  datasets: [
    { id: datasetId, name: 'd', version: '1', rowCount: 9_223_372_036_854_775_807n, createdAt: moment },
  ],
  trainingRuns: [
    {
      id: runId,
      modelName: 'a',
      status: 'FINISHED',
      framework: 'f',
      startedAt: moment,
      endedAt: '2026-11-23T20:11:06.5Z',
    },
  ],
  runConfigs: [],
  runDatasets: [{ runId, datasetId, role: 'TRAIN' }],
  runMetrics: [
    { runId, key: 'nan', value: Number.NaN, step: 0n },
    { runId, key: 'up', value: Number.POSITIVE_INFINITY, step: 0n },
    { runId, key: 'down', value: Number.NEGATIVE_INFINITY, step: 0n },
    { runId, key: 'tiny', value: 5e-324, step: 0n },
    { runId, key: 'zero', value: -0, step: 0n },
    { runId, key: 'third', value: 1 / 3, step: 0n },
    { runId, key: 'loss', value: 1, step: 9_007_199_254_740_993n },
  ].map((metric) => ({ ...metric, modelName: 'a', framework: 'f' })),
  runMetricPoints: [
    { runId, key: 'loss', value: 2, step: 1n },
    { runId, key: 'loss', value: 1, step: 9_007_199_254_740_993n },
  ],
  modelVersions: [
    { modelName: 'a', version: 1, runId },
    { modelName: 'a', version: 2, runId: null },
  ],
  modelAliases: [{ modelName: 'a', alias: 'champion', version: 1, protected: true }],
  artifacts: [],
  deployments: [],
  modelEvents: [],
};

describe.each(postgresEngines)('the registry on $name', ({ open }) => {
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openPostgresStore>;
  let sql: postgres.Sql;
  const a = 'a' as ModelName;
  beforeAll(async () => {
    engine = await open();
    sql = postgres(engine.url, { max: 1, onnotice: () => {} });
    store = openPostgresStore({ url: engine.url, poolMax: 2, deadlineMs: 2_000, heavyDeadlineMs: 2_000 });
  });
  afterAll(async () => {
    await sql.end();
    await store.close();
    await engine.close();
  });

  it('is prepared by several instances at once, and again without harm', async () => {
    await Promise.all([store.prepare(), store.prepare(), store.prepare()]);
    await store.prepare();
    expect(await store.bulk.isEmpty()).toBe(true);
  });

  it('answers many questions in the order in which they were put, and undefined for the unknown', async () => {
    await store.bulk.write(rows);
    expect(await store.bulk.isEmpty()).toBe(false);
    const answers = await store.read([
      { question: latestVersion, key: a },
      { question: modelRow, key: 'nobody' as ModelName },
      { question: modelRow, key: parseModelName(odd, []) },
      { question: versionByAlias, key: { name: a, alias: 'champion' } },
      { question: latestVersion, key: odd as ModelName },
      { question: versionRow, key: { name: a, version: 9 } },
      { question: aliasesOfModel, key: odd as ModelName },
      { question: modelRow, key: a },
      { question: datasetByName, key: { name: 'd', version: null } },
    ]);
    expect(answers).toMatchObject([
      { version: 2 },
      undefined,
      { name: odd, description: null, tags: {} },
      { version: 1 },
      undefined,
      undefined,
      [],
      { name: 'a', description: 'line\nbreak\ttab \\N backslash', tags: { k: 'v', 'ü"': '\\' } },
      { rowCount: '9223372036854775807' },
    ]);
  });

  it('gives moments back to the microsecond, and durations in whole milliseconds', async () => {
    const [model, run] = await store.read([
      { question: modelRow, key: a },
      { question: runRow, key: runId },
    ]);
    expect(model).toMatchObject({ createdAt: '2026-11-23T20:11:05.123456+00:00' });
    expect(run).toMatchObject({ durationMs: '1377' });
  });

  it('gives numbers back as they were trained: NaN, infinities, the least double, -0 and 64-bit steps', async () => {
    const [metrics] = await store.read([{ question: metricsOfRun(undefined), key: runId }]);
    const values = Object.fromEntries(
      (metrics as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]),
    );
    expect(values).toEqual({
      nan: 'NaN',
      up: 'Infinity',
      down: '-Infinity',
      tiny: 5e-324,
      zero: -0,
      third: 1 / 3,
      loss: 1,
    });
    const [loss] = await store.read([{ question: metricsOfRun(['loss', 'nothing']), key: runId }]);
    expect(loss).toMatchObject([{ key: 'loss', step: '9007199254740993' }]);
  });

  it('tells a run’s datasets with their roles', async () => {
    expect(await store.read([{ question: datasetsOfRun, key: runId }])).toMatchObject([
      [{ role: 'TRAIN', dataset: { name: 'd' } }],
    ]);
  });

  it('refuses what breaks its rules, and then keeps nothing of it', async () => {
    const broken = (change: Partial<RegistryRows>) =>
      store.bulk.write({ ...empty, models: [{ name: 'broken' }], ...change });
    await expect(
      broken({ trainingRuns: [{ id: datasetId, modelName: 'broken', status: 'DONE', framework: 'f' }] }),
    ).rejects.toThrow(/training_runs_status/);
    await expect(broken({ modelVersions: [{ modelName: 'nobody', version: 1 }] })).rejects.toThrow(
      /foreign key/,
    );
    await expect(broken({ modelVersions: [{ modelName: 'broken', version: 0 }] })).rejects.toThrow(
      /model_versions_positive/,
    );
    await expect(broken({ modelAliases: [{ modelName: 'a', alias: 'x', version: 9 }] })).rejects.toThrow(
      /model_aliases_version/,
    );
    const [left] = await store.read([{ question: modelRow, key: 'broken' as ModelName }]);
    expect(left).toBeUndefined();
  });

  it('compares frameworks and sums up datasets in views, leaving out what is not finite', async () => {
    const [comparison] = await sql`select * from framework_comparison where metric = 'loss'`;
    expect(comparison).toMatchObject({ framework: 'f', total_runs: '1', highest: 1, average: 1 });
    expect(await sql`select * from framework_comparison where metric in ('nan', 'up', 'down')`).toHaveLength(
      0,
    );
    const [statistics] = await sql`select * from dataset_statistics where name = 'd'`;
    expect(statistics).toMatchObject({ total_experiments: 1, best_accuracy: null });
  });
});

const empty: RegistryRows = {
  models: [],
  datasets: [],
  trainingRuns: [],
  runConfigs: [],
  runDatasets: [],
  runMetrics: [],
  runMetricPoints: [],
  modelVersions: [],
  modelAliases: [],
  artifacts: [],
  deployments: [],
  modelEvents: [],
};
