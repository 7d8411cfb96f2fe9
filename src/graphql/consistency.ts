import { parseModelName } from '../model-name.ts';
import type { ConsistencyReport, Drift } from '../operations/check-consistency.ts';
import { rebuildLeaderboard } from '../operations/rebuild-leaderboard.ts';
import { reconcileModel } from '../operations/reconcile-model.ts';
import { builder } from './builder.ts';
import { StoreEnum } from './enums.ts';
import { checkKeyName } from './key-names.ts';
import { LeaderboardType, resolveLeaderboard } from './leaderboard.ts';
import { encodeNodeId } from './node-id.ts';
import { fromAll, fromPostgresAndRedis, gatewaySource } from './provenance.ts';

const DriftKindEnum = builder.enumType('DriftKind', {
  description: 'How a store differs from PostgreSQL.',
  extensions: gatewaySource,
  values: {
    MISSING: { description: 'It does not hold what it should.' },
    EXTRA: { description: 'It holds what it should not.' },
    STALE: { description: 'It has not been told yet, and will be.' },
    MISMATCH: { description: 'It holds something else.' },
  },
});

const DriftType = builder.objectRef<Drift>('Drift').implement({
  description: 'Something that a store holds otherwise than PostgreSQL has it.',
  extensions: gatewaySource,
  fields: (t) => ({
    kind: t.expose('kind', { type: DriftKindEnum, nullable: false, description: 'How it differs.' }),
    store: t.expose('store', { type: StoreEnum, nullable: false, description: 'The store.' }),
    entityId: t.id({
      nullable: false,
      description: 'The `id` of what differs.',
      resolve: ({ entity }) => encodeNodeId(entity.type, entity.key),
    }),
    detail: t.exposeString('detail', { nullable: false, description: 'What differs, in a few words.' }),
    repairable: t.boolean({
      nullable: false,
      description: 'Whether reconcileModel repairs it.',
      resolve: () => true,
    }),
  }),
});

export const ConsistencyReportType = builder.objectRef<ConsistencyReport>('ConsistencyReport').implement({
  description: 'Whether MongoDB and Redis hold of a model what PostgreSQL has.',
  extensions: gatewaySource,
  fields: (t) => ({
    consistent: t.exposeBoolean('consistent', { nullable: false, description: 'Whether nothing differs.' }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime', nullable: false, description: 'When.' }),
    appliedSequence: t.expose('appliedSequence', {
      type: 'Int64',
      description: 'The last event of the model that MongoDB knows of; null when it does not know the model.',
    }),
    headSequence: t.expose('headSequence', {
      type: 'Int64',
      nullable: false,
      description: 'The last event of the model; 0 when there is none.',
    }),
    lagMs: t.exposeInt('lagMs', {
      nullable: false,
      description:
        'For how long something about the model has not been told, in milliseconds; 0 when all is.',
    }),
    drifts: t.expose('drifts', {
      type: [DriftType],
      nullable: { list: false, items: false },
      description: 'What differs, the first thousand.',
    }),
  }),
});

builder.mutationField('reconcileModel', (t) =>
  t.field({
    type: ConsistencyReportType,
    description:
      'Makes MongoDB and Redis hold of a model what PostgreSQL has, and nothing of one that is not there; boards that are no metric’s and the head configuration are their own. Reports how things stand then, after five seconds at most.',
    extensions: fromAll,
    args: { name: t.arg.string({ required: true, description: 'The model, there or not.' }) },
    resolve: async (_, { name }, { operations, forgetReads }) => {
      const report = await reconcileModel(operations, parseModelName(name, ['name']));
      forgetReads();
      return report;
    },
  }),
);

builder.mutationField('rebuildLeaderboard', (t) =>
  t.field({
    type: LeaderboardType,
    description:
      'Makes the board of a metric anew from the registry: of each model the highest finite value that any of its runs ended with. It stays readable meanwhile. Refused for a board that is no metric’s.',
    extensions: fromPostgresAndRedis,
    args: { board: t.arg.string({ required: true, description: 'The metric.' }) },
    resolve: async (_, { board }, context) => {
      await rebuildLeaderboard(context.operations, checkKeyName('board', board, ['board']));
      context.forgetReads();
      return resolveLeaderboard(board, 10, undefined, context);
    },
  }),
);
