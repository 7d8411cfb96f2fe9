import type { Answer } from '../../batch-read.ts';
import { ModelGraphError } from '../../errors.ts';
import type { ModelName } from '../../model-name.ts';
import { isWrongType, type RedisClient } from './client.ts';
import { boardKey, servingKey } from './keys.ts';

/** What Redis knows of a model's serving. Counters are whole numbers of 64 bits, as text. */
export interface ServingRecord {
  readonly predictions: string;
  readonly cacheHits: string;
  readonly cacheMisses: string;
  /** RFC 3339 in UTC. */
  readonly lastAt: string | null;
  /** Board → rank from 1, null for a model that is not on it. */
  readonly ranks: Readonly<Record<string, number | null>>;
}

export interface ServingAsk {
  readonly name: ModelName;
  readonly boards: readonly string[];
}

const fields = ['predictions', 'hits', 'misses', 'lastAt'] as const;

/**
 * Asks → serving records, same length, same order; undefined: Redis holds nothing of this model. One round trip:
 * commands of one tick share a write, and unlike a pipeline they may go to different slots of a cluster.
 * STORE_CORRUPT for a key that holds something else; fails whole when Redis is away.
 */
export async function readServing(
  client: RedisClient,
  asks: readonly ServingAsk[],
): Promise<Answer<ServingRecord | undefined>[]> {
  const replies = asks.map(async ({ name, boards }) => {
    const [counters, ...ranks] = await Promise.all([
      client.hmget(servingKey(name), ...fields),
      ...boards.map((board) => client.zrevrank(boardKey(board), name)),
    ]);
    return toRecord(counters, boards, ranks);
  });
  const settled = await Promise.allSettled(replies);
  return settled.map((reply) => {
    if (reply.status === 'fulfilled') return reply.value;
    if (isWrongType(reply.reason)) return corrupt(reply.reason);
    throw reply.reason;
  });
}

function toRecord(
  counters: readonly (string | null)[],
  boards: readonly string[],
  ranks: readonly (number | null)[],
): Answer<ServingRecord | undefined> {
  if (counters.every((value) => value === null) && ranks.every((rank) => rank === null)) return undefined;
  const [predictions = null, cacheHits = null, cacheMisses = null, lastAt = null] = counters;
  const counts = [predictions, cacheHits, cacheMisses].map((count) => count ?? '0');
  if (
    !counts.every((count) => /^\d+$/.test(count)) ||
    (lastAt !== null && Number.isNaN(Date.parse(lastAt)))
  ) {
    return corrupt(counters);
  }
  return {
    predictions: predictions ?? '0',
    cacheHits: cacheHits ?? '0',
    cacheMisses: cacheMisses ?? '0',
    lastAt,
    ranks: Object.fromEntries(boards.map((board, n) => [board, ranks[n] == null ? null : ranks[n] + 1])),
  };
}

const corrupt = (cause: unknown) =>
  new ModelGraphError(
    'STORE_CORRUPT',
    'Redis holds something else than serving counters under this model’s key.',
    { store: 'REDIS', cause },
  );
