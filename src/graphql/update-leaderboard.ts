import { type UpdateLeaderboardSuccess, updateLeaderboard } from '../operations/update-leaderboard.ts';
import { builder } from './builder.ts';
import { LeaderboardType, resolveLeaderboard } from './leaderboard.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { fromPostgresAndRedis, fromRedis, redisSource } from './provenance.ts';

const LeaderboardScoreInput = builder.inputType('LeaderboardScoreInput', {
  description: 'A score of a model.',
  fields: (t) => ({
    modelName: t.string({ required: true, description: 'The model.' }),
    score: t.float({ required: true, description: 'Its score; the highest comes first.' }),
  }),
});

const UpdateLeaderboardInput = builder.inputType('UpdateLeaderboardInput', {
  description: 'Scores for a board; at least one, or a model to remove.',
  fields: (t) => ({
    board: t.string({
      required: true,
      description:
        'The board, made when there is none. Not a metric of training runs: those boards follow the registry.',
    }),
    scores: t.field({
      type: [LeaderboardScoreInput],
      description: 'The scores, at most 10,000; each model at most once. What is not named keeps its score.',
    }),
    remove: t.stringList({
      description: 'Models to take off the board, at most 10,000; whether they are on it or not.',
    }),
  }),
});

const UpdateLeaderboardSuccessType = builder
  .objectRef<UpdateLeaderboardSuccess>('UpdateLeaderboardSuccess')
  .implement({
    description: 'The board is changed.',
    extensions: redisSource,
    fields: (t) => ({
      leaderboard: t.field({
        type: LeaderboardType,
        description: 'The board as it is now.',
        extensions: fromRedis,
        args: {
          first: t.arg.int({
            required: true,
            defaultValue: 10,
            description: 'How many entries from the top: 1 to 100.',
          }),
        },
        resolve: ({ board }, { first }, context) => resolveLeaderboard(board, first, null, context),
      }),
    }),
  });

builder.mutationField('updateLeaderboard', (t) =>
  t.field({
    type: resultUnion(UpdateLeaderboardSuccessType, ['NotFoundError']),
    description:
      'Sets scores on a board of your own and takes models off it, all of it or nothing. Harmless to repeat, so it needs no idempotency key. A model that PostgreSQL does not know is NotFoundError.',
    extensions: fromPostgresAndRedis,
    args: { input: t.arg({ type: UpdateLeaderboardInput, required: true, description: 'The scores.' }) },
    resolve: (_, { input }, context) => runOperation(updateLeaderboard, context, input),
  }),
);
