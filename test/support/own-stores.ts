import type { Sql } from 'postgres';
import { openEmbedded } from '../../src/embedded/open-embedded.ts';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';

/**
 * Three embedded stores for a script that runs without Vitest, and the environment of a gateway on them. `settings` are those
 * of PostgreSQL in place of ours.
 */
export async function openOwnStores(settings: Readonly<Record<string, string>> = {}) {
  const [postgres, { mongo, redis, close }] = await Promise.all([
    openEmbeddedPostgres(settings),
    openEmbedded(['MONGODB_URI', 'REDIS_URL']),
  ]);
  if (!mongo || !redis?.url) throw new Error('Another process has to reach Redis: put redis-server on PATH.');
  return {
    environment: { DATABASE_URL: postgres.url, MONGODB_URI: mongo.url, REDIS_URL: redis.url },
    /** Waits until the other stores know all. */
    async drained(sql: Sql): Promise<void> {
      for (;;) {
        const [pending] = await sql`select from outbox where applied_at is null and dead_at is null limit 1`;
        if (!pending) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    close: async () => {
      await Promise.all([postgres.close(), close()]);
    },
  };
}
