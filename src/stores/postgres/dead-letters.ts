import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll, jsonRow } from './ask.ts';
import { modelEvents, outbox } from './event-tables.ts';
import type { Keys } from './keys.ts';
import type { Follower } from './outbox-claim.ts';
import { wakeChannel } from './outbox-wakes.ts';
import type { Transaction } from './transact.ts';

/** Which row of the outbox: an event, 64 bits as text, and the store that has to be told of it. */
export interface OutboxKey {
  readonly sequence: string;
  readonly store: Follower;
}

/** What a store refused so often that it was set aside. */
export interface DeadLetterRow extends OutboxKey {
  readonly modelName: ModelName;
  readonly kind: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly deadAt: string;
}

const limitKeys: Keys<number> = {
  keyOf: String,
  columns: (keys) => ({ limits: keys }),
  unnest: sql`unnest(${sql.placeholder('limits')}::int[]) with ordinality as k(most, i)`,
};

/** The oldest dead letters, as many as the key says. */
export const oldestDeadLetters = askAll<number, DeadLetterRow>({
  name: 'oldestDeadLetters',
  keys: limitKeys,
  from: sql`(select * from ${outbox} where ${outbox.deadAt} is not null and ${outbox.discardedBecause} is null
    order by ${outbox.sequence}, ${outbox.store} limit k.most) outbox
    join ${modelEvents} on ${modelEvents.sequence} = ${outbox.sequence}`,
  where: sql`true`,
  orderBy: sql`${outbox.sequence}, ${outbox.store}`,
  row: jsonRow({
    sequence: sql`${outbox.sequence}::text`,
    store: outbox.store,
    modelName: outbox.modelName,
    kind: modelEvents.kind,
    attempts: outbox.attempts,
    lastError: outbox.lastError,
    deadAt: outbox.deadAt,
  }),
});

/** Locks dead letters, and their models, so that what follows comes after all else that happened to these. */
export async function lockDeadLetters(
  transaction: Transaction,
  keys: readonly OutboxKey[],
): Promise<(OutboxKey & { modelName: ModelName })[]> {
  const sequences = keys.map(({ sequence }) => sequence);
  const stores = keys.map(({ store }) => store);
  await transaction`/* modelgraph lockModelsOfDeadLetters */
    select name from models where name in (select model_name from outbox where sequence = any(${sequences}::bigint[]))
    order by name for no key update`;
  return transaction<(OutboxKey & { modelName: ModelName })[]>`/* modelgraph lockDeadLetters */
    select o.sequence::text as sequence, o.store, o.model_name as "modelName" from outbox o
    join unnest(${sequences}::bigint[], ${stores}::text[]) as k (sequence, store)
      on k.sequence = o.sequence and k.store = o.store
    where o.dead_at is not null and o.discarded_because is null
    order by o.sequence, o.store for update of o`;
}

/** Has locked dead letters told anew, as if for the first time. */
export async function reviveDeadLetters(transaction: Transaction, keys: readonly OutboxKey[]): Promise<void> {
  await transaction`/* modelgraph reviveDeadLetters */
    update outbox o set dead_at = null, attempts = 0, next_attempt_at = statement_timestamp()
    from unnest(${keys.map(({ sequence }) => sequence)}::bigint[], ${keys.map(({ store }) => store)}::text[]) as k (sequence, store)
    where o.sequence = k.sequence and o.store = k.store`;
  await transaction`select pg_notify(${wakeChannel}, '')`;
}

/** Gives locked dead letters up: the stores will not be told. */
export async function buryDeadLetters(
  transaction: Transaction,
  keys: readonly OutboxKey[],
  reason: string,
): Promise<void> {
  await transaction`/* modelgraph buryDeadLetters */
    update outbox o set discarded_because = ${reason}
    from unnest(${keys.map(({ sequence }) => sequence)}::bigint[], ${keys.map(({ store }) => store)}::text[]) as k (sequence, store)
    where o.sequence = k.sequence and o.store = k.store`;
}
