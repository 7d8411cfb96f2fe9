import DataLoader from 'dataloader';
import type { BatchRead } from '../batch-read.ts';
import type { RedisAsk } from '../stores/redis/ask.ts';

/** Puts asks to Redis; all that is asked in one tick, whatever it is, is one round trip. */
export interface RedisAsker {
  ask<T>(ask: RedisAsk<T>): Promise<T>;
  /** From now on everything is asked anew. */
  forget(): void;
}

/** One request's asker. Rejects per ask with what the store said of it. */
export function redisAsker(read: BatchRead<RedisAsk<unknown>, unknown>, request: object): RedisAsker {
  const loader = new DataLoader<RedisAsk<unknown>, unknown, string>((asks) => read(asks, request), {
    cacheKeyFn: ({ id }) => id,
  });
  return {
    ask: <T>(ask: RedisAsk<T>) => loader.load(ask) as Promise<T>,
    forget: () => void loader.clearAll(),
  };
}
