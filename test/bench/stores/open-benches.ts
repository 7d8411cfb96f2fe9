import { type Config, type Environment, missingStoreUrls, patient, readConfig } from '../../../src/config.ts';
import { openEmbedded } from '../../../src/embedded/open-embedded.ts';
import { openMongoBench } from './mongo/bench.ts';
import { openPostgresBench } from './postgres/bench.ts';
import { openRedisBench } from './redis/bench.ts';
import { type StoreId, storeIds } from './results.ts';
import { reasonOf, type StoreBench } from './store-bench.ts';

export interface Benches {
  readonly config: Config;
  /** What is there, and why the others are not. */
  readonly there: ReadonlyMap<StoreId, StoreBench>;
  readonly down: ReadonlyMap<StoreId, string>;
  close(): Promise<void>;
}

/** The servers of the environment, and embedded ones for those that it does not name. Rejects for a faulty environment. */
export async function openBenches(environment: Environment): Promise<Benches> {
  const missing = missingStoreUrls(environment);
  const placeholders = {
    DATABASE_URL: 'postgres://embedded',
    MONGODB_URI: 'mongodb://embedded',
    REDIS_URL: 'redis://embedded',
  };
  // Before any server starts: what is wrong with the environment is told at once.
  readConfig({ ...environment, ...Object.fromEntries(missing.map((name) => [name, placeholders[name]])) });
  const embedded = await openEmbedded(missing);
  const { postgres, mongo, redis } = embedded;
  const config = patient(
    readConfig({
      ...environment,
      ...(postgres && { DATABASE_URL: postgres.url }),
      ...(mongo && { MONGODB_URI: mongo.url }),
      // Nothing answers there: Redis in process cannot be joined by a gateway in another.
      ...(redis && { REDIS_URL: redis.url ?? 'redis://127.0.0.1:1' }),
    }),
  );
  const opening = {
    postgres: () => openPostgresBench({ ...config.postgres, embedded: postgres }),
    mongo: () => openMongoBench({ ...config.mongo, embedded: mongo }),
    redis: () =>
      openRedisBench({ ...config.redis, url: redis?.client ? undefined : config.redis.url, embedded: redis }),
  };
  const there = new Map<StoreId, StoreBench>();
  const down = new Map<StoreId, string>();
  for (const store of storeIds) {
    try {
      there.set(store, await opening[store]());
    } catch (error) {
      down.set(store, reasonOf(store, error));
    }
  }
  return {
    config,
    there,
    down,
    async close() {
      for (const bench of there.values()) await bench.close();
      await embedded.close();
    },
  };
}

/** Where the comparison's data is, for a gateway of its own. */
export const benchConfig = ({ config, there }: Benches): Config => ({
  ...config,
  postgres: { ...config.postgres, url: there.get('postgres')?.gatewayUrl ?? config.postgres.url },
  mongo: { ...config.mongo, url: there.get('mongo')?.gatewayUrl ?? config.mongo.url },
  redis: { ...config.redis, url: there.get('redis')?.gatewayUrl ?? 'redis://127.0.0.1:1' },
});
