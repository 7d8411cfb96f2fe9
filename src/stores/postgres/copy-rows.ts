import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { PostgresClient } from './client.ts';
import { datasetDays, metricDays, metricRanks, rankedValues, runDays, staleDays } from './day-tables.ts';
import { modelEvents } from './event-tables.ts';
import { runMetricPoints, runMetrics } from './metric-tables.ts';
import { updateModelMetrics } from './model-metrics.ts';
import { wakeChannel } from './outbox-wakes.ts';
import {
  artifacts,
  datasets,
  deployments,
  modelAliases,
  models,
  modelVersions,
  runConfigs,
  trainingRuns,
} from './tables.ts';
import { insertRunDatasets, type RunDatasetToWrite } from './write-run-datasets.ts';

/** Rows of many tables, keyed like the tables; what refers to a row comes after it. */
export interface RegistryRows {
  models: (typeof models.$inferInsert)[];
  datasets: (typeof datasets.$inferInsert)[];
  trainingRuns: (typeof trainingRuns.$inferInsert)[];
  runConfigs: (typeof runConfigs.$inferInsert)[];
  runDatasets: RunDatasetToWrite[];
  runMetrics: (typeof runMetrics.$inferInsert)[];
  runMetricPoints: (typeof runMetricPoints.$inferInsert)[];
  modelVersions: (typeof modelVersions.$inferInsert)[];
  modelAliases: (typeof modelAliases.$inferInsert)[];
  artifacts: (typeof artifacts.$inferInsert)[];
  deployments: (typeof deployments.$inferInsert)[];
  modelEvents: (typeof modelEvents.$inferInsert)[];
}

const tables: { [Name in keyof Omit<RegistryRows, 'runDatasets'>]: PgTable } = {
  models,
  datasets,
  trainingRuns,
  runConfigs,
  runMetrics,
  runMetricPoints,
  modelVersions,
  modelAliases,
  artifacts,
  deployments,
  modelEvents,
};

/**
 * Writes all rows in one transaction, nearly all by COPY, all of them or none, and leaves in the outbox that MongoDB has to
 * be told of the models. Rejects with the driver's error.
 */
export async function copyRows(client: PostgresClient, rows: RegistryRows): Promise<void> {
  await client.begin(async (transaction) => {
    for (const [name, table] of Object.entries(tables) as [keyof typeof tables, PgTable][]) {
      if (rows[name].length > 0) await copyInto(transaction, table, rows[name]);
    }
    await insertRunDatasets(transaction, rows.runDatasets);
    const names = rows.models.map(({ name }) => name);
    await updateModelMetrics(transaction, names);
    await transaction`insert into outbox (sequence, store, model_name)
      select max(sequence), 'MONGODB', model_name from model_events where model_name = any(${names}::text[]) group by model_name`;
    await transaction`select pg_notify(${wakeChannel}, '')`;
  });
}

/** Whether the registry holds nothing. */
export async function isRegistryEmpty(client: PostgresClient): Promise<boolean> {
  const [found] = await client`select exists (select from models) or exists (select from datasets) as held`;
  return found?.held === false;
}

/** How many models of these names there are. */
export async function countModelsNamed(client: PostgresClient, prefix: string): Promise<number> {
  const [found] = await client`select count(*)::int as n from models where name like ${`${prefix}%`}`;
  return Number(found?.n ?? 0);
}

const dayTables = [staleDays, runDays, datasetDays, metricRanks, rankedValues, metricDays];
const allTables = [
  ...[...Object.values(tables), ...dayTables].map((table) => `"${getTableName(table)}"`),
  ...['"run_datasets"', '"model_frameworks"', '"model_metrics"', '"outbox"', '"idempotency_keys"'],
].join(', ');

/** Empties every table of the registry. */
export async function clearRegistry(client: PostgresClient): Promise<void> {
  await client.unsafe(`truncate ${allTables}`);
}

/**
 * After many rows came at once: else PostgreSQL finds out about them a minute later, and until then plans badly and looks at
 * rows where their index would do. https://www.postgresql.org/docs/current/populate.html
 */
export async function vacuumRegistry(client: PostgresClient): Promise<void> {
  await client.unsafe(`vacuum (analyze) ${allTables}`);
}

async function copyInto(
  client: Pick<PostgresClient, 'unsafe'>,
  table: PgTable,
  rows: readonly object[],
): Promise<void> {
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => rows.some((row) => key in row));
  const names = columns.map(([, column]) => `"${column.name}"`).join(', ');
  const keys = columns.map(([key]) => key);
  const query = client.unsafe(`copy "${getTableName(table)}" (${names}) from stdin`);
  const refused = whenRefused(query);
  await Promise.race([pipeline(Readable.from(linesOf(rows, keys)), await query.writable()), refused]);
}

/**
 * postgres.js resolves a COPY when it may begin, and has nobody to tell when the server then refuses the rows: its
 * stream never ends. What it calls with the reason is the query's own `reject`, so that is listened to.
 */
function whenRefused(query: object): Promise<never> {
  return new Promise((_, reject) => {
    const { reject: tellQuery } = query as { reject: (error: unknown) => void };
    Object.assign(query, {
      reject: (error: unknown) => {
        tellQuery(error);
        reject(error);
      },
    });
  });
}

const rowsPerChunk = 500;

function* linesOf(rows: readonly object[], keys: readonly string[]): Generator<string> {
  for (let from = 0; from < rows.length; from += rowsPerChunk) {
    const chunk = rows.slice(from, from + rowsPerChunk) as Record<string, unknown>[];
    yield chunk.map((row) => `${keys.map((key) => copyText(row[key])).join('\t')}\n`).join('');
  }
}

/** A value in COPY's text format. https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2 */
function copyText(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`;
  const text =
    typeof value === 'object' ? JSON.stringify(value) : Object.is(value, -0) ? '-0' : String(value);
  return text.replace(/[\\\n\r\t]/g, (character) => copyEscapes[character] ?? character);
}

const copyEscapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
