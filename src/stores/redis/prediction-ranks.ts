import type { RedisAsk } from './ask.ts';
import type { RedisClient } from './client.ts';
import { predictionsKey } from './keys.ts';
import { readStretch } from './rank-script.ts';

/** Where a model stands in the order: its count as Redis writes it, and its name, which decides between equals. */
export interface PredictionRank {
  readonly score: string;
  readonly name: string;
}

/** A stretch of the models by count; the bounds are not part of it. */
export interface PredictionRanksAsk {
  readonly descending: boolean;
  readonly limit: number;
  /** True: the last `limit` before the end, or before `before`. */
  readonly backwards: boolean;
  readonly after?: PredictionRank | undefined;
  readonly before?: PredictionRank | undefined;
}

export interface PredictionRanks {
  /** In the list's order. */
  readonly ranks: readonly PredictionRank[];
  /** How many models have a count. */
  readonly total: number;
}

/** A stretch, by one script: O(log² n + limit) whatever is before it. */
export function predictionRanks(stretch: PredictionRanksAsk): RedisAsk<PredictionRanks> {
  return {
    operation: 'readPredictionRanks',
    id: `predictionRanks ${JSON.stringify(stretch)}`,
    expected: 'prediction counts',
    read: (client) => readRanks(client, stretch),
  };
}

async function readRanks(client: RedisClient, ask: PredictionRanksAsk): Promise<PredictionRanks> {
  const { descending, backwards, limit } = ask;
  // In ascending ranks a descending list lies the other way round.
  const [low, high] = descending ? [ask.before, ask.after] : [ask.after, ask.before];
  const [total, members] = (await readStretch(
    client,
    predictionsKey,
    limit,
    descending === backwards ? 'first' : 'last',
    ...boundOf(low),
    ...boundOf(high),
  )) as [number, string[]];
  const ranks = Array.from({ length: members.length / 2 }, (_, n) => ({
    name: members[2 * n] ?? '',
    score: members[2 * n + 1] ?? '',
  }));
  return { total, ranks: descending ? ranks.reverse() : ranks };
}

const boundOf = (bound: PredictionRank | undefined) => [bound?.score ?? '', bound?.name ?? ''];
