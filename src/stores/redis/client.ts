import { once } from 'node:events';
import { Redis } from 'ioredis';
import { ModelGraphError } from '../../errors.ts';

export type RedisClient = Redis;

/** One connection that fails fast: nothing queues while Redis is away, and reconnecting never gives up. */
export function openRedisClient({ url, deadlineMs }: { url: string; deadlineMs: number }): RedisClient {
  const client = new Redis(url, {
    connectionName: 'modelgraph',
    connectTimeout: deadlineMs,
    // https://github.com/redis/ioredis#auto-reconnect: the defaults keep commands waiting through 20 reconnects.
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
    // A dead peer that closes nothing would otherwise be noticed only by the deadlines of commands.
    keepAlive: 10_000,
  });
  // Without a listener ioredis prints every failed reconnect; the breaker and the calls themselves report outages.
  client.on('error', () => {});
  return client;
}

/**
 * Runs something that sends commands, and has all that it sends at once go out in one write; each by itself would be a call to
 * the operating system.
 */
export function inOneWrite<T>(client: RedisClient, send: () => T): T {
  // ioredis-mock and a cluster have no stream of their own.
  const stream: RedisClient['stream'] | undefined = client.stream;
  stream?.cork?.();
  try {
    return send();
  } finally {
    stream?.uncork?.();
  }
}

/** Resolves when commands can be sent; nothing queues before. */
export async function untilReady(client: RedisClient): Promise<void> {
  if (client.status !== 'ready') await once(client, 'ready');
}

/** Driver error → STORE_UNAVAILABLE, or INTERNAL for a command that Redis refused, or an answer that we cannot read. */
export function toRedisError(error: unknown): ModelGraphError {
  if (error instanceof ModelGraphError) return error;
  // What is wrong with one answer is no outage: a few of these would have all of Redis left alone.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
    return new ModelGraphError('INTERNAL', 'An answer of Redis cannot be read.', {
      store: 'REDIS',
      cause: error,
    });
  }
  const replied = error instanceof Error && error.name === 'ReplyError';
  if (
    replied &&
    !/^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|NOAUTH|WRONGPASS|NOPERM|OOM|MISCONF|BUSY)/.test(
      error.message,
    )
  ) {
    return new ModelGraphError('INTERNAL', 'Redis refused the command.', { store: 'REDIS', cause: error });
  }
  return new ModelGraphError('STORE_UNAVAILABLE', 'Redis cannot be reached. Try again shortly.', {
    store: 'REDIS',
    retryAfterMs: 500,
    cause: error,
  });
}

/** A key that holds something else than its owner put there; Redis 6.2 says so in the middle of a script's error. */
export const isWrongType = (error: unknown) => error instanceof Error && error.message.includes('WRONGTYPE');
