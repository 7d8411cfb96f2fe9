import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll, askOne, jsonRow } from './ask.ts';
import { modelEvents, outbox } from './event-tables.ts';
import { idKeys, type Keys, textKeys } from './keys.ts';
import type { Follower } from './outbox-claim.ts';
import { runConfigs } from './tables.ts';

/** A model up to an event, whose sequence is 64 bits as text. */
export interface ModelMoment {
  readonly name: ModelName;
  readonly sequence: string;
}

const momentKeys: Keys<ModelMoment> = {
  keyOf: ({ name, sequence }) => `${sequence}:${name}`,
  columns: (keys) => ({
    names: keys.map(({ name }) => name),
    sequences: keys.map(({ sequence }) => sequence),
  }),
  unnest: sql`unnest(${sql.placeholder('names')}::text[], ${sql.placeholder('sequences')}::bigint[]) with ordinality as k(name, sequence, i)`,
};

/** The stores that have not been told all of a model up to that event. */
export const storesBehind = askAll<ModelMoment, Follower>({
  name: 'storesBehind',
  keys: momentKeys,
  from: sql`unnest(array['MONGODB', 'REDIS']) as s (store)`,
  where: sql`exists (select from ${outbox} where ${outbox.store} = s.store and ${outbox.modelName} = k.name
    and ${outbox.sequence} <= k.sequence and ${outbox.appliedAt} is null and ${outbox.discardedBecause} is null)`,
  orderBy: sql`s.store`,
  row: sql`to_json(s.store)`,
});

/** How far something is on its way to MongoDB. */
export interface ReplicationRow {
  readonly state: 'PENDING' | 'APPLIED' | 'FAILED';
  /** Of the event; null: it came with a seed. */
  readonly sequence: string | null;
  /** Null: not yet, or so long ago that it is forgotten. */
  readonly appliedAt: string | null;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** A run's document; by the run's id. Undefined: there is none to copy. */
export const replicationOfRun = askOne<string, ReplicationRow>({
  name: 'replicationOfRun',
  keys: idKeys,
  from: sql`${runConfigs} left join ${outbox} on ${outbox.sequence} = ${runConfigs.sequence} and ${outbox.store} = 'MONGODB'`,
  where: sql`${runConfigs.runId} = k.key`,
  row: jsonRow({
    // What was told long ago is pruned.
    state: sql`case when ${outbox.deadAt} is not null then 'FAILED' when ${outbox.sequence} is null or ${outbox.appliedAt} is not null
      then 'APPLIED' else 'PENDING' end`,
    sequence: sql`${runConfigs.sequence}::text`,
    appliedAt: outbox.appliedAt,
    attempts: sql`coalesce(${outbox.attempts}, 1)`,
    lastError: outbox.lastError,
  }),
});

/** What one store has yet to be told. */
export interface FollowerStatusRow {
  readonly store: Follower;
  readonly pending: number;
  readonly deadLetters: number;
  /** The last event before the first that it was not told of; 64 bits as text. */
  readonly appliedSequence: string;
  /** For how long the oldest of what is pending has been, in milliseconds. */
  readonly lagMs: number;
}

export interface ReplicationStatusRow {
  readonly headSequence: string;
  readonly stores: readonly FollowerStatusRow[];
}

const isPending = sql`${outbox.appliedAt} is null and ${outbox.deadAt} is null`;

/** By index, but for the count of what is pending, which reads it. The key is an empty text. */
export const replicationStatus = askOne<string, ReplicationStatusRow>({
  name: 'replicationStatus',
  keys: textKeys,
  from: sql`(select coalesce(max(${modelEvents.sequence}), 0) as head from ${modelEvents}) h`,
  where: sql`true`,
  row: sql`json_build_object('headSequence', h.head::text, 'stores', (
    select json_agg(json_build_object(
      'store', store,
      'pending', (select count(*) from ${outbox} where ${outbox.store} = s.store and ${isPending}),
      'deadLetters', (select count(*) from ${outbox} where ${outbox.store} = s.store and ${outbox.deadAt} is not null
        and ${outbox.discardedBecause} is null),
      'appliedSequence', coalesce(first.sequence - 1, h.head)::text,
      'lagMs', coalesce((extract(epoch from clock_timestamp() - first.created_at) * 1000)::int, 0)
    ) order by store)
    from unnest(array['MONGODB', 'REDIS']) as s (store) left join lateral (
      select ${outbox.sequence} as sequence, ${outbox.createdAt} as created_at from ${outbox}
      where ${outbox.store} = s.store and ${isPending} order by ${outbox.sequence} limit 1
    ) first on true
  ))`,
});
