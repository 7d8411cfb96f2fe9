import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import type { ServingRecord } from '../stores/redis/serving.ts';
import { builder } from './builder.ts';
import { checkKeyName } from './key-names.ts';
import { redisSource } from './provenance.ts';
import { selectedFields } from './selection.ts';

export const ModelServingType = builder.objectRef<ServingRecord>('ModelServing').implement({
  description: 'Hot counters of a model and its ranks.',
  extensions: redisSource,
  fields: (t) => ({
    predictionCount: t.expose('predictions', {
      type: 'Int64',
      nullable: false,
      description: 'Predictions served.',
    }),
    cacheHits: t.expose('cacheHits', {
      type: 'Int64',
      nullable: false,
      description: 'Those that did not have to be computed: kept before, or computed for an equal call.',
    }),
    cacheMisses: t.expose('cacheMisses', {
      type: 'Int64',
      nullable: false,
      description: 'Those that had to be computed.',
    }),
    leaderboardRank: t.int({
      description:
        'Its rank on a board, as in `leaderboard`: from 1 for the highest score. Null when it is not on it.',
      args: {
        board: t.arg.string({
          required: true,
          defaultValue: 'accuracy',
          description: 'The board: usually a metric.',
        }),
      },
      resolve: ({ ranks }, { board }) => ranks[board] ?? null,
    }),
    lastPredictionAt: t.expose('lastAt', { type: 'DateTime', description: 'When the last one was served.' }),
  }),
});

/** Tells the store which boards the query will look at, so that counters and ranks come in one call. */
export function resolveServing<T>(info: GraphQLResolveInfo, load: (boards: readonly string[]) => T): T {
  if (!isObjectType(info.returnType)) throw new TypeError('serving returns an object');
  const boards = selectedFields(info, info.returnType)
    .filter(({ field }) => field.name === 'leaderboardRank')
    .map(({ args }) => checkKeyName('board', String(args.board), ['serving', 'leaderboardRank', 'board']));
  return load([...new Set(boards)].sort());
}
