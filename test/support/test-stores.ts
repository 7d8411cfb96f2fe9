import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { EmbeddedStore } from '../../src/embedded/embedded-store.ts';
import type { EmbeddedStores } from '../../src/embedded/open-embedded.ts';
import { openEmbeddedRedis } from '../../src/embedded/redis.ts';
import { compiled } from './compiled.ts';

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

/** A MongoDB of its own, as compiled: a thread that first has to load tsx takes several times as long to start. */
export async function openTestMongo(): Promise<EmbeddedStore> {
  const file = String(compiled('src/embedded/mongo.ts'));
  const { openEmbeddedMongo }: typeof import('../../src/embedded/mongo.ts') = await import(file);
  return openEmbeddedMongo();
}

/** The three stores of one test file, empty and apart from those of every other. */
export async function openTestStores(): Promise<Required<EmbeddedStores>> {
  const [pg, mongo, redis] = await Promise.all([openTestPostgres(), openTestMongo(), openEmbeddedRedis()]);
  return {
    postgres: pg,
    mongo,
    redis,
    close: async () => {
      await Promise.all([pg.close(), mongo.close(), redis.close()]);
    },
  };
}
