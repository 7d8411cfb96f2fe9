import type { Config } from '../config.ts';
import { openMongoStore } from './mongo/mongo-store.ts';
import { openPostgresStore } from './postgres/postgres-store.ts';
import type { RedisClient } from './redis/client.ts';
import { openRedisStore } from './redis/redis-store.ts';

export type Stores = ReturnType<typeof openStores>;

/** The list: each store's client with its policies. Nothing connects before it is asked. */
export function openStores(config: Config, redisInProcess?: RedisClient) {
  return {
    postgres: openPostgresStore(config.postgres),
    mongo: openMongoStore(config.mongo, config.configFilterMaxIds),
    redis: openRedisStore(config.redis, redisInProcess, config.limits),
  };
}
