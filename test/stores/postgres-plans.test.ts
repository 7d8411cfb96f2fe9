import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelOrder } from '../../src/model-list.ts';
import { aliasesOfModel, aliasesOfVersion } from '../../src/stores/postgres/aliases.ts';
import { artifactCount, artifactPage, artifactRow } from '../../src/stores/postgres/artifacts.ts';
import { metricIsThere, modelIsThere } from '../../src/stores/postgres/board-models.ts';
import { datasetStats } from '../../src/stores/postgres/dataset-stats.ts';
import { datasetByName, datasetPage, datasetRow, datasetsOfRun } from '../../src/stores/postgres/datasets.ts';
import {
  deploymentPage,
  deploymentPageOfVersion,
  deploymentPageOnDataset,
  deploymentRow,
  liveDeployments,
} from '../../src/stores/postgres/deployments.ts';
import { eventPage, eventRow } from '../../src/stores/postgres/events.ts';
import { frameworkStats } from '../../src/stores/postgres/framework-stats.ts';
import { lineage } from '../../src/stores/postgres/lineage.ts';
import { metricHistory } from '../../src/stores/postgres/metric-history.ts';
import { metricsOfRun } from '../../src/stores/postgres/metrics.ts';
import { modelCount, modelPage, modelRow } from '../../src/stores/postgres/models.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import type { Ask } from '../../src/stores/postgres/question.ts';
import { bestRun, topModels } from '../../src/stores/postgres/rankings.ts';
import { registryCounts } from '../../src/stores/postgres/registry-counts.ts';
import { runCount } from '../../src/stores/postgres/run-count.ts';
import type { RunOrder } from '../../src/stores/postgres/run-order.ts';
import { type RunOwner, runOfVersion, runPage, runRow } from '../../src/stores/postgres/runs.ts';

import {
  latestVersion,
  versionByAlias,
  versionPage,
  versionPageOfRun,
  versionRow,
} from '../../src/stores/postgres/versions.ts';
import { openTestPostgres } from '../support/test-stores.ts';

const id = '01930000-0000-7000-8000-000000000001';
const first = { limit: 20, backwards: false };
const after = (...key: string[]) => ({ ...first, after: key });
const moment = '2026-01-01T00:00:00.123456Z';
const byName: ModelOrder = { by: 'NAME', descending: false };
const newestFirst: RunOrder = { by: 'CREATED_AT', descending: true };
const directions = [true, false];
const modelOrders = directions.flatMap((descending): ModelOrder[] => [
  { by: 'NAME', descending },
  { by: 'CREATED_AT', descending },
  { by: 'UPDATED_AT', descending },
  { by: 'BEST_METRIC', metric: 'accuracy', descending },
]);
const modelKeys = {
  NAME: ['0', 'a'],
  CREATED_AT: ['0', moment, 'a'],
  UPDATED_AT: ['0', moment, 'a'],
  BEST_METRIC: ['0', '0.5', 'a'],
};
const runOrders = directions.flatMap((descending): RunOrder[] => [
  { by: 'CREATED_AT', descending },
  { by: 'DURATION', descending },
  { by: 'METRIC', metric: 'accuracy', descending },
]);
const runKeys = { CREATED_AT: ['0', moment, id], DURATION: ['0', '1.5', id], METRIC: ['0', '0.5', id] };
const owners: RunOwner[] = ['ALL', 'MODEL', 'DATASET'];
const accuracy = { key: 'accuracy', is: { gte: 0.9 } };

const questions: Ask['question'][] = [
  ...[modelRow, latestVersion, aliasesOfModel, versionRow, aliasesOfVersion, versionByAlias, runOfVersion],
  ...[runRow, datasetRow, artifactRow, deploymentRow, datasetByName, datasetsOfRun, artifactCount],
  ...[modelIsThere, metricIsThere, registryCounts],
  ...[metricsOfRun(undefined), metricsOfRun(['accuracy'])],
  ...[
    versionPage({}, first),
    versionPage({ alias: { eq: 'a' } }, after('5')),
    versionPageOfRun(after('a', '5')),
  ],
  ...[
    artifactPage(after(moment, id)),
    deploymentPage(null, first),
    deploymentPage('PRODUCTION', after(moment, id)),
  ],
  deploymentPageOfVersion(first),
  liveDeployments,
  ...[
    datasetPage(null, after('d', '1')),
    datasetPage({ startsWith: 'd' }, first),
    datasetPage({ eq: 'd' }, first),
  ],
  ...[true, false].flatMap((descending) => [
    topModels({ metric: 'accuracy', framework: '', descending }, 20),
    topModels({ metric: 'accuracy', framework: 'pytorch', descending }, 20),
    bestRun('accuracy', descending),
  ]),
  ...[
    frameworkStats(null),
    frameworkStats(moment),
    datasetStats,
    runCount('DATASET', {}),
    metricHistory('loss', 100),
  ],
  ...[eventRow, eventPage(first), eventPage(after('5'))],
  ...[lineage('UPSTREAM', 3, 51), lineage('DOWNSTREAM', 3, 51)],
  ...[deploymentPageOnDataset(first), deploymentPageOnDataset(after(moment, id))],
  ...modelOrders.flatMap((order) => [
    modelPage({}, order, first),
    modelPage({}, order, after(...modelKeys[order.by])),
    modelPage({}, order, { ...first, backwards: true }),
  ]),
  ...directions.flatMap((descending) => [
    modelPage({}, { by: 'BEST_METRIC', metric: 'accuracy', descending }, after('1', 'a')),
    modelPage({ bestMetric: [accuracy] }, { by: 'BEST_METRIC', metric: 'accuracy', descending }, first),
  ]),
  modelPage({ name: { eq: 'a' } }, byName, first),
  modelPage({ name: { startsWith: 'a' } }, byName, first),
  modelPage({ tags: [{ key: 'team', value: { eq: 'x' } }] }, byName, first),
  modelPage({ framework: { eq: 'pytorch' } }, byName, first),
  modelPage({ createdAt: { gte: moment, lt: moment } }, { by: 'CREATED_AT', descending: true }, first),
  modelPage({ bestMetric: [accuracy] }, byName, first),
  modelPage({ deployedTo: 'PRODUCTION' }, byName, first),
  modelPage({ among: ['a', 'b'] }, byName, first),
  modelPage(
    { not: { or: [{ among: ['a'] }, { name: { eq: 'b' } }] }, and: [{ not: { name: { eq: 'c' } } }] },
    byName,
    first,
  ),
  ...owners.flatMap((owner) =>
    runOrders.flatMap((order) => [
      runPage(owner, {}, order, first),
      runPage(owner, {}, order, after(...runKeys[order.by])),
      runPage(owner, {}, order, { ...first, backwards: true }),
    ]),
  ),
  ...runOrders
    .filter(({ by }) => by !== 'CREATED_AT')
    .map((order) => runPage('ALL', {}, order, after('1', moment, id))),
  runPage('ALL', { framework: { eq: 'pytorch' } }, newestFirst, after('0', moment, id)),
  runPage('ALL', { status: ['RUNNING'] }, newestFirst, first),
  runPage('ALL', { datasetName: { eq: 'd' } }, newestFirst, first),
  runPage('ALL', { createdAt: { gte: moment, lt: moment } }, newestFirst, first),
  runPage('ALL', { metrics: [accuracy] }, newestFirst, first),
  runPage('ALL', { metrics: [accuracy] }, { by: 'METRIC', metric: 'accuracy', descending: true }, first),
];

const loss = { key: 'loss', is: { lt: 0.1 } };
const counts = [
  { bestMetric: [accuracy, loss] },
  { bestMetric: [accuracy], framework: { in: ['pytorch', 'jax'] }, deployedTo: 'PRODUCTION' as const },
  { or: [{ bestMetric: [accuracy] }, { deployedTo: 'PRODUCTION' as const }] },
  { bestMetric: [accuracy], or: [{ framework: { eq: 'pytorch' } }, { bestMetric: [loss] }] },
  { bestMetric: [accuracy], not: { deployedTo: 'PRODUCTION' as const } },
  { bestMetric: [accuracy], createdAt: { gte: '2026-01-20T00:00:00Z' } },
].map(modelCount);

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await openTestPostgres();
  const store = openPostgresStore({
    url: database.url,
    poolMax: 1,
    deadlineMs: 5_000,
    heavyDeadlineMs: 5_000,
  });
  await store.prepare();
  await store.close();
  sql = postgres(database.url, { max: 1 });
  // In empty tables reading everything is cheapest; forbidden that, the planner shows whether an index would do.
  await sql`set enable_seqscan = off`;
});
afterAll(async () => {
  await sql.end();
  await database.close();
});

describe('an index answers', () => {
  it.each(questions.map((question) => [question.shape.name, question.shape.text]))('%s', async (_, text) => {
    const plan = await sql.unsafe(`explain (generic_plan) ${text}`).simple();
    const lines = plan.map((line) => String(line['QUERY PLAN']));
    expect(lines.filter((line) => line.includes('Seq Scan'))).toEqual([]);
    expect(lines.some((line) => /Index|Bitmap/.test(line))).toBe(true);
  });
});

describe('models that meet several conditions are counted', () => {
  it.each(counts.map(({ shape }) => [shape.name, shape.text]))(
    'by merging names in order: %s',
    async (_, text) => {
      // Of nothing, sorting costs nothing.
      const plan = await sql.begin(async (transaction) => {
        await transaction`set local enable_bitmapscan = off`;
        await transaction`set local enable_sort = off`;
        return transaction.unsafe(`explain (generic_plan) ${text}`).simple();
      });
      const lines = plan.map((line) => String(line['QUERY PLAN']));
      expect(lines.filter((line) => /-> +(Hash|Sort|(Seq|Index) Scan.* on models)/.test(line))).toEqual([]);
      expect(lines.some((line) => /Index Only Scan/.test(line))).toBe(true);
    },
  );
});

describe('what is known of a dataset', () => {
  it('comes from one index, in its order, without a look at its runs', async () => {
    // Of nothing, a bitmap is cheapest; of many rows it is not, since it needs a look at each and then a sort.
    const plan = await sql.begin(async (transaction) => {
      await transaction`set local enable_bitmapscan = off`;
      return transaction.unsafe(`explain (generic_plan) ${datasetStats.shape.text}`).simple();
    });
    const lines = plan.map((line) => String(line['QUERY PLAN']));
    const reads = lines.flatMap((line) => /Index.* on (?!training_runs)\w+/.exec(line)?.[0] ?? []);
    expect(reads.length).toBeGreaterThan(0);
    for (const read of reads)
      expect(read).toMatch(/^Index Only Scan.* using run_datasets_by_dataset on run_datasets/);
    expect(lines.filter((line) => /Sort|Hash/.test(line))).toEqual([]);
    expect(lines.filter((line) => / on training_runs/.test(line))).toHaveLength(1);
  });
});

describe('a page', () => {
  it.each(
    questions
      .filter(({ shape }) => /Page/.test(shape.name) && /^(models|runs)(Of|By|Desc|Page)/.test(shape.name))
      .map(({ shape }) => [shape.name, shape.text]),
  )('needs no sorting, however deep it lies: %s', async (shape, text) => {
    // The runs of a dataset are found by the dataset, and then have to be ordered.
    if (shape.startsWith('runsOfDataset')) return;
    // A model's runs that have not ended are few, and are found by the model or as having no end.
    if (/^runsOfModelByDURATION.*1/.test(shape)) return;
    const plan = await sql.unsafe(`explain (generic_plan) ${text}`).simple();
    expect(plan.map((line) => String(line['QUERY PLAN'])).filter((line) => /Sort/.test(line))).toEqual([]);
  });

  it('by what they measured alone when MongoDB has named them', async () => {
    const { text } = modelCount({ bestMetric: [accuracy], among: ['a', 'b'] }).shape;
    const plan = await sql.unsafe(`explain (generic_plan) ${text}`).simple();
    const lines = plan.map((line) => String(line['QUERY PLAN']));
    expect(lines.filter((line) => / on models/.test(line))).toEqual([]);
    expect(lines.some((line) => /Index.* on model_metrics/.test(line))).toBe(true);
  });
});
