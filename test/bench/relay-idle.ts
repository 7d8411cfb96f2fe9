import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { startGateway } from '../support/gateway-process.ts';
import { openOwnStores } from '../support/own-stores.ts';
import { registerRuns } from './runs.ts';

// PostgreSQL counts the transactions of a connection that has come to rest up to ten seconds later:
// https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/activity/pgstat.c (PGSTAT_IDLE_INTERVAL)
const settleMs = 15_000;
const idleMs = 30_000;

/** What a gateway without a request asks of PostgreSQL and Redis. */
export async function measureIdle(): Promise<[string, string][]> {
  const stores = await openOwnStores();
  const gateway = await startGateway(stores.environment);
  await registerRuns(gateway, 0, 1);
  // In another database, so that it does not count itself.
  const elsewhere = new URL(stores.environment.DATABASE_URL);
  elsewhere.pathname = '/template1';
  const sql = postgres(elsewhere.href, { max: 1 });
  await sql`alter system set autovacuum = off`;
  await sql`select pg_reload_conf()`;
  const redis = new Redis(stores.environment.REDIS_URL);
  const count = async () => {
    const [row] = await sql<{ transactions: number }[]>`
      select (xact_commit + xact_rollback)::float8 as transactions from pg_stat_database where datname = 'modelgraph'`;
    const [, commands] = /total_commands_processed:(\d+)/.exec(await redis.info('stats')) ?? [];
    return { transactions: row?.transactions ?? Number.NaN, commands: Number(commands) };
  };
  await delay(settleMs);
  const before = await count();
  await delay(idleMs);
  const after = await count();
  redis.disconnect();
  await Promise.all([sql.end(), gateway.stop()]);
  await stores.close();
  const perSecond = (n: number) => `${(n / (idleMs / 1_000)).toFixed(2)}/s`;
  return [
    ['idle: statements to PostgreSQL', perSecond(after.transactions - before.transactions)],
    // One of them is this script's own.
    ['idle: commands to Redis', perSecond(after.commands - before.commands - 1)],
  ];
}
