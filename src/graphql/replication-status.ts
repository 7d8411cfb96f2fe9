import { badUserInput } from '../errors.ts';
import { discardDeadLetters, replayDeadLetters } from '../operations/dead-letters.ts';
import type { DeadLetterRow, OutboxKey } from '../stores/postgres/dead-letters.ts';
import type { FollowerStatusRow, ReplicationStatusRow } from '../stores/postgres/replication.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { StoreEnum } from './enums.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { ModelInfoRef } from './refs.ts';

const FollowerStatusType = builder.objectRef<FollowerStatusRow>('FollowerStatus').implement({
  description: 'How far one store follows PostgreSQL.',
  extensions: postgresSource,
  fields: (t) => ({
    store: t.expose('store', { type: StoreEnum, nullable: false, description: 'The store.' }),
    pending: t.exposeInt('pending', { nullable: false, description: 'How much it has yet to be told.' }),
    deadLetters: t.exposeInt('deadLetters', {
      nullable: false,
      description: 'How much it refused so often that it was set aside.',
    }),
    appliedSequence: t.expose('appliedSequence', {
      type: 'Int64',
      nullable: false,
      description: 'It knows all events up to this one, but for dead letters.',
    }),
    lagMs: t.exposeInt('lagMs', {
      nullable: false,
      description: 'For how long the oldest of what is pending has been, in milliseconds; 0 when nothing is.',
    }),
  }),
});

const DeadLetterType = builder.objectRef<DeadLetterRow>('DeadLetter').implement({
  description: 'What a store refused so often that it was set aside. Replay it when its reason is gone.',
  extensions: postgresSource,
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'For replayDeadLetters and discardDeadLetters.',
      resolve: ({ sequence, store }) => `${sequence}-${store}`,
    }),
    store: t.expose('store', { type: StoreEnum, nullable: false, description: 'The store that refused it.' }),
    sequence: t.expose('sequence', { type: 'Int64', nullable: false, description: 'The event it tells of.' }),
    kind: t.exposeString('kind', { nullable: false, description: 'What happened, such as RUN_REGISTERED.' }),
    model: t.field({
      type: ModelInfoRef,
      nullable: false,
      description: 'The model it happened to.',
      resolve: ({ modelName }) => modelName,
    }),
    attempts: t.exposeInt('attempts', { nullable: false, description: 'How often it was told.' }),
    lastError: t.exposeString('lastError', { description: 'Why the store refused it.' }),
    deadAt: t.expose('deadAt', { type: 'DateTime', nullable: false, description: 'When it was set aside.' }),
  }),
});

const maxLetters = 100;

const ReplicationStatusType = builder.objectRef<ReplicationStatusRow>('ReplicationStatus').implement({
  description: 'How far MongoDB and Redis follow what PostgreSQL decided.',
  extensions: postgresSource,
  fields: (t) => ({
    headSequence: t.expose('headSequence', {
      type: 'Int64',
      nullable: false,
      description: 'The last event there is.',
    }),
    appliedSequence: t.field({
      type: 'Int64',
      nullable: false,
      description: 'Both stores know all events up to this one, but for dead letters.',
      resolve: ({ stores }) =>
        stores
          .map(({ appliedSequence }) => BigInt(appliedSequence))
          .reduce((a, b) => (a < b ? a : b))
          .toString(),
    }),
    lagMs: t.int({
      nullable: false,
      description: 'For how long the oldest of what is pending has been, in milliseconds; 0 when nothing is.',
      resolve: ({ stores }) => Math.max(...stores.map(({ lagMs }) => lagMs)),
    }),
    pending: t.int({
      nullable: false,
      description: 'How much the stores have yet to be told, together.',
      resolve: ({ stores }) => sumOf(stores.map(({ pending }) => pending)),
    }),
    deadLetters: t.int({
      nullable: false,
      description: 'How much was set aside, together.',
      resolve: ({ stores }) => sumOf(stores.map(({ deadLetters }) => deadLetters)),
    }),
    oldestDeadLetters: t.field({
      type: [DeadLetterType],
      description: 'What was set aside, the oldest first.',
      extensions: fromPostgres,
      args: {
        first: t.arg.int({ required: true, defaultValue: 20, description: `How many, 1 to ${maxLetters}.` }),
      },
      resolve: (_, { first }, { loaders }) => {
        if (first < 1 || first > maxLetters) throw badUserInput(['first'], `Give from 1 to ${maxLetters}.`);
        return loaders.replication.oldestDeadLetters(first);
      },
    }),
    stores: t.expose('stores', {
      type: [FollowerStatusType],
      nullable: { list: false, items: false },
      description: 'Each store.',
    }),
  }),
});

const sumOf = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

builder.queryField('replicationStatus', (t) =>
  t.field({
    type: ReplicationStatusType,
    description: 'How far MongoDB and Redis follow what PostgreSQL decided.',
    extensions: fromPostgres,
    resolve: (_, __, { loaders }) => loaders.replication.status(),
  }),
);

const ids = 'From `oldestDeadLetters`, 1 to 1000 of them.';

builder.mutationFields((t) => ({
  replayDeadLetters: t.field({
    type: ReplicationStatusType,
    description: 'Has the stores told again what they refused, all of it or, when an id is wrong, nothing.',
    extensions: fromPostgres,
    args: { ids: t.arg.idList({ required: true, description: ids }) },
    resolve: (_, args, context) =>
      statusAfter(context, replayDeadLetters(context.operations, args.ids.map(toKey))),
  }),
  discardDeadLetters: t.field({
    type: ReplicationStatusType,
    description:
      'Gives up telling the stores what they refused, all of it or, when an id is wrong, nothing. The history of the models says who did so and why.',
    extensions: fromPostgres,
    args: {
      ids: t.arg.idList({ required: true, description: ids }),
      reason: t.arg.string({ required: true, description: 'Why, 1 to 1000 characters.' }),
    },
    resolve: (_, args, context) =>
      statusAfter(context, discardDeadLetters(context.operations, args.ids.map(toKey), args.reason)),
  }),
}));

async function statusAfter({ loaders, forgetReads }: GraphQLContext, done: Promise<void>) {
  await done;
  forgetReads();
  return loaders.replication.status();
}

function toKey(id: string, n: number): OutboxKey {
  const [, sequence, store] = /^([1-9]\d{0,17})-(MONGODB|REDIS)$/.exec(id) ?? [];
  if (!sequence || (store !== 'MONGODB' && store !== 'REDIS'))
    throw badUserInput(['ids', String(n)], `"${id.slice(0, 80)}" is not the id of a dead letter.`);
  return { sequence, store };
}
