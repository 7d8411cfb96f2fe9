import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aliasesOfModel, aliasesOfVersion } from '../../src/stores/postgres/aliases.ts';
import { artifactCount, artifactPage, artifactRow } from '../../src/stores/postgres/artifacts.ts';
import { datasetByName, datasetPage, datasetRow, datasetsOfRun } from '../../src/stores/postgres/datasets.ts';
import {
  deploymentPage,
  deploymentPageOfVersion,
  deploymentRow,
  liveDeployments,
} from '../../src/stores/postgres/deployments.ts';
import { metricsOfRun } from '../../src/stores/postgres/metrics.ts';
import { type ModelOrderField, modelPage, modelRow } from '../../src/stores/postgres/models.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import type { Ask } from '../../src/stores/postgres/question.ts';
import { runOfVersion, runPage, runRow } from '../../src/stores/postgres/runs.ts';
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
const fields: ModelOrderField[] = ['NAME', 'CREATED_AT', 'UPDATED_AT'];

const questions: Ask['question'][] = [
  ...[modelRow, latestVersion, aliasesOfModel, versionRow, aliasesOfVersion, versionByAlias, runOfVersion],
  ...[runRow, datasetRow, artifactRow, deploymentRow, datasetByName, datasetsOfRun, artifactCount],
  ...[metricsOfRun(undefined), metricsOfRun(['accuracy'])],
  ...[versionPage(first), versionPage(after('5')), versionPageOfRun(after('a', '5'))],
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
  ...fields.flatMap((by) =>
    [true, false].flatMap((descending) => [
      modelPage({}, by, descending, first),
      modelPage({}, by, descending, by === 'NAME' ? after('a') : after(moment, 'a')),
      modelPage({}, by, descending, { ...first, backwards: true }),
    ]),
  ),
  modelPage({ name: { eq: 'a' } }, 'NAME', false, first),
  modelPage({ name: { startsWith: 'a' } }, 'NAME', false, first),
  modelPage({ tags: [{ key: 'team', value: { eq: 'x' } }] }, 'NAME', false, first),
  modelPage({ framework: { eq: 'pytorch' } }, 'NAME', false, first),
  ...[true, false].map((descending) => runPage('ALL', {}, descending, after(moment, id))),
  runPage('MODEL', {}, true, after(moment, id)),
  runPage('DATASET', {}, true, first),
  runPage('ALL', { framework: { eq: 'pytorch' } }, true, after(moment, id)),
  runPage('ALL', { status: ['RUNNING'] }, true, first),
  runPage('ALL', { datasetName: { eq: 'd' } }, true, first),
  runPage('ALL', { createdAt: { gte: moment, lt: moment } }, true, first),
];

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await openTestPostgres();
  const store = openPostgresStore({ url: database.url, poolMax: 1, deadlineMs: 5_000 });
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

describe('a page', () => {
  it.each(
    questions
      .filter(({ shape }) => /Page/.test(shape.name) && /^(models|runs)(Of|By|Desc|Page)/.test(shape.name))
      .map(({ shape }) => [shape.name, shape.text]),
  )('needs no sorting, however deep it lies: %s', async (shape, text) => {
    // The runs of a dataset are found by the dataset, and then have to be ordered.
    if (shape.startsWith('runsOfDataset')) return;
    const plan = await sql.unsafe(`explain (generic_plan) ${text}`).simple();
    expect(plan.map((line) => String(line['QUERY PLAN'])).filter((line) => /Sort/.test(line))).toEqual([]);
  });
});
