import { ModelGraphError } from '../errors.ts';
import { isModelName, type ModelName } from '../model-name.ts';
import type { PageRequest, PageRows } from '../stores/postgres/keyset.ts';
import type { ModelRow } from '../stores/postgres/models.ts';
import {
  type PredictionRank,
  type PredictionRanksAsk,
  predictionRanks,
} from '../stores/redis/prediction-ranks.ts';
import type { RedisAsker } from './redis-asker.ts';

/** A model with its place in the order. */
export interface RankedModel {
  readonly name: ModelName;
  readonly orderKey: readonly string[];
}

const maxRounds = 5;

/** Models by how many predictions they served. Source: Redis; PostgreSQL says which of them there are. */
export function predictionLoaders(
  { ask }: RedisAsker,
  byName: (name: ModelName) => Promise<ModelRow | undefined>,
) {
  const isKnown = async (name: string) => isModelName(name) && (await byName(name)) !== undefined;
  return {
    /**
     * A page of them, by count and then name. What Redis counts and PostgreSQL does not know, such as a model that
     * was just deleted, is passed over; STORE_CORRUPT when that goes on and on, for a page is never silently short.
     */
    async page(descending: boolean, page: PageRequest): Promise<PageRows<RankedModel>> {
      const found: PredictionRank[] = [];
      let rest = toAsk(descending, page);
      for (let round = 0; round < maxRounds; round++) {
        const { ranks } = await ask(predictionRanks(rest));
        const inDirection = page.backwards ? ranks.toReversed() : ranks;
        const known = await Promise.all(inDirection.map(({ name }) => isKnown(name)));
        found.push(...inDirection.filter((_, n) => known[n]));
        if (found.length > page.limit || ranks.length < rest.limit) return toPage(found, page);
        rest = { ...rest, [page.backwards ? 'before' : 'after']: inDirection.at(-1) };
      }
      throw new ModelGraphError(
        'STORE_CORRUPT',
        'Redis counts predictions of many models that PostgreSQL does not know. Rebuild its counts, or order by something else.',
        { store: 'REDIS' },
      );
    },
    /** How many models Redis counts predictions of. */
    count: async () => (await ask(predictionRanks(anyOne))).total,
  };
}

const anyOne: PredictionRanksAsk = { descending: true, limit: 1, backwards: false };

function toAsk(descending: boolean, { limit, backwards, after, before }: PageRequest): PredictionRanksAsk {
  const rankOf = (key: readonly string[] | undefined) => key && { score: key[0] ?? '', name: key[1] ?? '' };
  return { descending, backwards, limit: limit + 1, after: rankOf(after), before: rankOf(before) };
}

function toPage(found: readonly PredictionRank[], { limit, backwards }: PageRequest): PageRows<RankedModel> {
  const rows = found
    .slice(0, limit)
    .map(({ name, score }) => ({ name: name as ModelName, orderKey: [score, name] }));
  return { rows: backwards ? rows.reverse() : rows, hasMore: found.length > limit };
}
