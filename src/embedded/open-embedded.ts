import type { StoreUrl } from '../config.ts';
import { openEmbeddedMongo } from './mongo.ts';
import { openEmbeddedPostgres } from './postgres.ts';
import { openEmbeddedRedis } from './redis.ts';

/** The stores that stand in for those without a URL. */
export interface EmbeddedStores {
  readonly postgres?: Awaited<ReturnType<typeof openEmbeddedPostgres>>;
  readonly mongo?: Awaited<ReturnType<typeof openEmbeddedMongo>>;
  readonly redis?: Awaited<ReturnType<typeof openEmbeddedRedis>>;
  close(): Promise<void>;
}

/** Starts a store for each missing URL, all at once. Rejects with the first failure, and leaves none running. */
export async function openEmbedded(missing: readonly StoreUrl[]): Promise<EmbeddedStores> {
  const open = <T>(url: StoreUrl, start: () => Promise<T>) => (missing.includes(url) ? start() : undefined);
  const opening = {
    postgres: open('DATABASE_URL', () => openEmbeddedPostgres()),
    mongo: open('MONGODB_URI', openEmbeddedMongo),
    redis: open('REDIS_URL', () => openEmbeddedRedis()),
  };
  const settled = await Promise.allSettled(Object.values(opening));
  const close = async () => {
    await Promise.all(
      settled.map((store) => (store.status === 'fulfilled' ? store.value?.close() : undefined)),
    );
  };
  const failed = settled.find((store) => store.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  const [postgres, mongo, redis] = [await opening.postgres, await opening.mongo, await opening.redis];
  return { ...(postgres && { postgres }), ...(mongo && { mongo }), ...(redis && { redis }), close };
}
