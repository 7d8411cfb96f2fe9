import postgres from 'postgres';
import type { EmbeddedStore } from '../../../../src/embedded/embedded-store.ts';
import { openEmbeddedPostgres } from '../../../../src/embedded/postgres.ts';
import { openPostgresClient, type PostgresClient } from '../../../../src/stores/postgres/client.ts';
import { datasets, runsInChunks } from '../entities.ts';
import { NotApplicable } from '../operation.ts';
import { bind, postgresOperations } from '../operations.ts';
import type { Durability } from '../results.ts';
import { benchName, type OpenRuns, type StoreBench } from '../store-bench.ts';
import { createTables } from './runs.ts';

interface Options {
  readonly url: string;
  readonly poolMax: number;
  readonly deadlineMs: number;
  /** Undefined: the server of DATABASE_URL. */
  readonly embedded?: EmbeddedStore | undefined;
}

const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

/** PostgreSQL; rejects when it is away. What waits for the disk runs on an embedded server of its own, with fsync on. */
export async function openPostgresBench(options: Options): Promise<StoreBench> {
  const { url, embedded } = options;
  const [row] = await asAdmin(url, (sql) => sql`select current_setting('server_version') as version`);
  const version = String(row?.version).split(' ')[0];
  return {
    store: 'postgres',
    label: `PostgreSQL ${version}, ${embedded ? 'embedded' : 'of DATABASE_URL'}`,
    standIn: false,
    gatewayUrl: inBench(url),
    isTaken: async () =>
      (await asAdmin(url, (sql) => sql`select from pg_database where datname = ${benchName}`)).length > 0,
    async open(size, durability, signal) {
      if (!embedded || durability === 'memory') return openRuns(options, { size, durability, signal });
      const server = await openEmbeddedPostgres(durable);
      const runs = await openRuns({ ...options, url: server.url }, { size, durability, signal }).catch(
        async (error) => {
          await server.close();
          throw error;
        },
      );
      if (runs instanceof NotApplicable) await server.close();
      return runs instanceof NotApplicable
        ? runs
        : { ...runs, close: () => runs.close().finally(server.close) };
    },
    close: async () => embedded?.close(),
  };
}

interface Runs {
  readonly size: number;
  readonly durability: Durability;
  readonly signal: AbortSignal;
}

async function openRuns(
  { url, poolMax, deadlineMs }: Options,
  { size, durability, signal }: Runs,
): Promise<OpenRuns | NotApplicable> {
  await asAdmin(url, (sql) => sql.unsafe(`create database ${benchName} template template0`));
  const drop = () => asAdmin(url, (sql) => sql.unsafe(`drop database ${benchName} with (force)`));
  try {
    // The database is ours, and so are its settings; those of the server are its owner's.
    const commit = durability === 'disk' ? 'on' : 'off';
    await asAdmin(url, (sql) => sql.unsafe(`alter database ${benchName} set synchronous_commit = ${commit}`));
    const sql = openPostgresClient({ url: inBench(url), poolMax, deadlineMs });
    const close = async () => {
      await sql.end({ timeout: 1 });
      await drop();
    };
    try {
      await fill(sql, size, signal);
      const settings: Record<string, string> = { ...(await settingsOf(sql)), connections: String(poolMax) };
      if (durability === 'disk' && settings.fsync !== 'on') {
        await close();
        return new NotApplicable('this PostgreSQL has fsync off, which only its owner may change');
      }
      return { operations: bind(postgresOperations, { sql }), settings, close };
    } catch (error) {
      await sql.end({ timeout: 1 });
      throw error;
    }
  } catch (error) {
    await drop();
    throw error;
  }
}

async function fill(sql: PostgresClient, size: number, signal: AbortSignal): Promise<void> {
  await sql.unsafe(createTables);
  await sql`insert into bench.datasets
    select * from json_populate_recordset(null::bench.datasets, ${JSON.stringify(datasets)}::text::json)`;
  for (const runs of runsInChunks(size)) {
    signal.throwIfAborted();
    await sql`insert into bench.runs
      select * from json_populate_recordset(null::bench.runs, ${JSON.stringify(runs)}::text::json)`;
  }
  // Without statistics the planner guesses; without a vacuum no index alone answers.
  await sql`vacuum analyze bench.runs`;
  await sql`analyze bench.datasets`;
}

async function settingsOf(sql: PostgresClient): Promise<Record<string, string>> {
  const rows = await sql<{ name: string; value: string }[]>`
    select name, current_setting(name) as value from pg_settings where name in
      ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'wal_sync_method') order by name`;
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** A connection for one thing, to the database of the URL. */
async function asAdmin<T>(url: string, run: (sql: PostgresClient) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {}, fetch_types: false });
  return run(sql).finally(() => sql.end({ timeout: 1 }));
}

function inBench(url: string): string {
  const moved = new URL(url);
  moved.pathname = `/${benchName}`;
  return moved.href;
}
