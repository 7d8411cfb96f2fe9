import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { connectionOptions } from './connection-options.ts';

const migrationsFolder = fileURLToPath(new URL('../../../schema/postgres', import.meta.url));
// Any number that no other program locks in this database; the same on every instance.
const migrationLock = 7_233_120_811;

/** Brings the tables up to date, one instance at a time: the others wait for it. Rejects with the driver's error. */
export async function migratePostgres(url: string): Promise<void> {
  // A session lock lives and dies with its connection, so there must be exactly one.
  const client = postgres(url, {
    max: 1,
    ...connectionOptions,
    connect_timeout: 5,
    connection: { application_name: 'modelgraph migrations' },
  });
  try {
    await client`select pg_advisory_lock(${migrationLock})`;
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end({ timeout: 1 });
  }
}
