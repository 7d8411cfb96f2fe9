import { wakeChannel } from './outbox-wakes.ts';
import type { Transaction } from './transact.ts';

/** What happened, for the audit. `subject` is the GraphQL type and key of what it happened to, if not the model. */
export interface EventToWrite {
  readonly kind: string;
  readonly modelName: string | null;
  readonly subject?: { readonly type: string; readonly key: string };
  readonly actor: string | null;
  readonly before?: object;
  readonly after?: object;
  /** Metrics whose leaderboards may change by it, or all of them; left out: Redis need not know. */
  readonly metricKeys?: readonly string[] | 'ALL';
}

/**
 * Writes an event, and has MongoDB told of its model and Redis of its metrics. Returns its sequence, 64 bits as text.
 * Sequences of one model grow in the order of commits: the model must be locked.
 */
export async function writeEvent(transaction: Transaction, event: EventToWrite): Promise<string> {
  const { kind, modelName, subject, actor, before, after, metricKeys } = event;
  const json = (value: object | undefined) => (value ? transaction.json(value as never) : null);
  const stores = modelName === null ? [] : ['MONGODB', ...(metricKeys ? ['REDIS'] : [])];
  const keys = Array.isArray(metricKeys) ? [...metricKeys] : null;
  const [row] = await transaction<{ sequence: string }[]>`/* modelgraph writeEvent */
    with event as (
      insert into model_events (model_name, kind, subject_type, subject_key, actor, before, after)
      values (${modelName}, ${kind}, ${subject?.type ?? null}, ${subject?.key ?? null}, ${actor}, ${json(before)}, ${json(after)})
      returning sequence
    ), told as (
      insert into outbox (sequence, store, model_name, metric_keys)
      select sequence, store, ${modelName}, case store when 'REDIS' then ${keys}::text[] end
      from event cross join unnest(${stores}::text[]) as store
    )
    select sequence::text as sequence, pg_notify(${wakeChannel}, '') from event`;
  return row?.sequence ?? '';
}

/** The sequence of the model's last event, 64 bits as text; "0": it has none. What changes nothing writes no event. */
export async function lastSequence(transaction: Transaction, modelName: string): Promise<string> {
  const [row] = await transaction<{ sequence: string }[]>`/* modelgraph lastSequence */
    select coalesce(max(sequence), 0)::text as sequence from model_events where model_name = ${modelName}`;
  return row?.sequence ?? '0';
}
