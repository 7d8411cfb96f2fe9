import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { openEmbeddedMongo } from '../../src/embedded/mongo.ts';
import type { EmbeddedStores } from '../../src/embedded/open-embedded.ts';
import { openEmbeddedRedis } from '../../src/embedded/redis.ts';

/** A database of its own on the run's PostgreSQL, empty; `close` drops it. `options` are those of CREATE DATABASE. */
export async function openTestPostgres(serverUrl: string = inject('postgresUrl'), options = '') {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} ${options}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    server: 'PostgreSQL',
    url: url.href,
    async close() {
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** The three stores of one test file, empty and apart from those of every other. */
export async function openTestStores(): Promise<Required<EmbeddedStores>> {
  const [pg, mongo, redis] = await Promise.all([
    openTestPostgres(),
    openEmbeddedMongo(),
    openEmbeddedRedis(),
  ]);
  return {
    postgres: pg,
    mongo,
    redis,
    close: async () => {
      await Promise.all([pg.close(), mongo.close(), redis.close()]);
    },
  };
}
