import type { Sql } from 'postgres';
import { openEmbedded } from '../../src/embedded/open-embedded.ts';

/** Three embedded stores for a script that runs without Vitest, and the environment of a gateway on them. */
export async function openOwnStores() {
  const { postgres, mongo, redis, close } = await openEmbedded(['DATABASE_URL', 'MONGODB_URI', 'REDIS_URL']);
  if (!postgres || !mongo || !redis?.url)
    throw new Error('Another process has to reach Redis: put redis-server on PATH.');
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
    close,
  };
}
