import type { Answer } from '../../batch-read.ts';
import { ModelGraphError } from '../../errors.ts';
import { inOneWrite, isWrongType, type RedisClient } from './client.ts';

/** Something that Redis can be asked. */
export interface RedisAsk<T> {
  /** A short name for logs and `extensions.stores`. */
  readonly operation: string;
  /** Equal for equal asks: the loader's cache key. */
  readonly id: string;
  /** Sends all of its commands in the tick in which it is called. Rejects with the driver's error or STORE_CORRUPT. */
  readonly read: (client: RedisClient) => Promise<T>;
  /** What should have been there, should the key hold another type. */
  readonly expected: string;
}

/**
 * Asks → answers, same length, same order, in one round trip: commands of one tick share a write, and unlike a pipeline
 * they may go to different slots of a cluster. STORE_CORRUPT per ask; fails whole when Redis is away.
 */
export async function readAsks(
  client: RedisClient,
  asks: readonly RedisAsk<unknown>[],
): Promise<Answer<unknown>[]> {
  const settled = await inOneWrite(client, () => Promise.allSettled(asks.map(({ read }) => read(client))));
  return settled.map((reply, n) => {
    if (reply.status === 'fulfilled') return reply.value;
    if (reply.reason instanceof ModelGraphError) return reply.reason;
    if (isWrongType(reply.reason)) return corrupt(asks[n]?.expected ?? 'what was asked for', reply.reason);
    throw reply.reason;
  });
}

/** The asks of a batch, for logs and `extensions.stores`. */
export function operationOf(asks: readonly RedisAsk<unknown>[]): string {
  return [...new Set(asks.map(({ operation }) => operation))].join('+');
}

/** STORE_CORRUPT: a key holds something else than its owner puts there. */
export const corrupt = (expected: string, cause: unknown) =>
  new ModelGraphError('STORE_CORRUPT', `Redis holds something else than ${expected} under this key.`, {
    store: 'REDIS',
    cause,
  });
