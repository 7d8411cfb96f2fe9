import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { inject } from 'vitest';
import { findOnPath } from '../../src/embedded/on-path.ts';
import { openEmbeddedRedis } from '../../src/embedded/redis.ts';
import { openTestMongo, openTestPostgres } from './test-stores.ts';

/** A server that a contract suite runs on; `open` gives it a place of its own there. */
export interface Engine<Opened> {
  readonly name: string;
  readonly open: () => Promise<Opened>;
}

interface ByUrl {
  readonly url: string;
  close(): Promise<void>;
}

// The names say that these are for tests: nobody's DATABASE_URL is ever written to.
const { TEST_DATABASE_URL, TEST_MONGODB_URI, TEST_REDIS_URL } = process.env;

/** The embedded PostgreSQL, and the server of TEST_DATABASE_URL; each in a database of its own. */
export const postgresEngines: Engine<ByUrl>[] = [
  { name: 'embedded PostgreSQL', open: () => openTestPostgres(inject('postgresUrl')) },
  ...(TEST_DATABASE_URL
    ? [{ name: 'PostgreSQL of TEST_DATABASE_URL', open: () => openTestPostgres(TEST_DATABASE_URL) }]
    : []),
];

/** The embedded MongoDB, and the server of TEST_MONGODB_URI, in a database of its own. */
export const mongoEngines: Engine<ByUrl>[] = [
  { name: 'embedded MongoDB', open: openTestMongo },
  ...(TEST_MONGODB_URI
    ? [
        {
          name: 'MongoDB of TEST_MONGODB_URI',
          open: async () => ({ url: withDatabase(TEST_MONGODB_URI), close: async () => {} }),
        },
      ]
    : []),
];

function withDatabase(uri: string): string {
  const url = new URL(uri);
  url.pathname = `/test_${randomUUID().slice(0, 8)}`;
  return url.href;
}

interface OpenedRedis {
  readonly url?: string;
  readonly client?: Redis;
  close(): Promise<void>;
}

/** Where `redis-server` is; undefined: only Redis in process can be had, which no other process can join. */
export const redisServer = await findOnPath('redis-server');

/** Redis in process, `redis-server` when it is on PATH, and the server of TEST_REDIS_URL, whose keys are not touched. */
export const redisEngines: Engine<OpenedRedis>[] = [
  { name: 'ioredis-mock', open: () => openEmbeddedRedis({ engine: 'mock' }) },
  ...(redisServer
    ? [{ name: 'redis-server', open: () => openEmbeddedRedis({ engine: 'redis-server' as const }) }]
    : []),
  ...(TEST_REDIS_URL
    ? [
        {
          name: 'Redis of TEST_REDIS_URL',
          open: async () => ({ url: TEST_REDIS_URL, close: async () => {} }),
        },
      ]
    : []),
];
