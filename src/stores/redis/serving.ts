import type { ModelName } from '../../model-name.ts';
import { corrupt, type RedisAsk } from './ask.ts';
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

const fields = ['predictions', 'hits', 'misses', 'lastAt'] as const;
const expected = 'serving counters';

/** A model's counters, and its ranks on some boards; undefined: Redis holds nothing of this model. */
export function servingOf(name: ModelName, boards: readonly string[]): RedisAsk<ServingRecord | undefined> {
  return {
    operation: 'readServing',
    id: `serving ${JSON.stringify([name, boards])}`,
    expected,
    async read(client) {
      const [counters, ...ranks] = await Promise.all([
        client.hmget(servingKey(name), ...fields),
        ...boards.map((board) => client.zrevrank(boardKey(board), name)),
      ]);
      return toRecord(counters, boards, ranks);
    },
  };
}

function toRecord(
  counters: readonly (string | null)[],
  boards: readonly string[],
  ranks: readonly (number | null)[],
): ServingRecord | undefined {
  if (counters.every((value) => value === null) && ranks.every((rank) => rank === null)) return undefined;
  const [predictions = null, cacheHits = null, cacheMisses = null, lastAt = null] = counters;
  const counts = [predictions, cacheHits, cacheMisses].map((count) => count ?? '0');
  if (
    !counts.every((count) => /^\d+$/.test(count)) ||
    (lastAt !== null && Number.isNaN(Date.parse(lastAt)))
  ) {
    throw corrupt(expected, counters);
  }
  return {
    predictions: predictions ?? '0',
    cacheHits: cacheHits ?? '0',
    cacheMisses: cacheMisses ?? '0',
    lastAt,
    ranks: Object.fromEntries(boards.map((board, n) => [board, ranks[n] == null ? null : ranks[n] + 1])),
  };
}
