import type { Row } from 'postgres';
import type { ModelName } from '../../model-name.ts';
import { publishStoreCall } from '../../store-calls.ts';
import type { Store } from '../../store-name.ts';
import type { Question } from './question.ts';
import type { RunDocument } from './run-documents.ts';
import { askAllIn, type Begin, inTransaction, type Transaction, type WithCommit } from './transact.ts';

/** The stores that follow PostgreSQL. */
export type Follower = Exclude<Store, 'POSTGRES'>;

/** One thing that a store has to be told. */
export interface OutboxRow {
  /** 64 bits, as text. */
  readonly sequence: string;
  readonly modelName: ModelName;
  readonly kind: string;
  /** The key of what it happened to, such as a run's id; null: the model itself. */
  readonly subjectKey: string | null;
  /** The metrics that may have changed; null: all. */
  readonly metricKeys: readonly string[] | null;
  /** When the model was deleted, by the clock of the gateway that did it, RFC 3339; null for all other kinds. */
  readonly deletedAt: string | null;
  /** How large the document of a registered run is; null where there is none. */
  readonly documentBytes: number | null;
  /** That document, when those of the rows up to here are small together; else it has to be asked for. */
  readonly run: RunDocument | null;
}

/** Rows that nobody else tells meanwhile, in order, and a way to ask the registry about them. */
export interface Claim {
  readonly rows: readonly OutboxRow[];
  ask<Key, Row>(question: Question<Key, Row>, keys: readonly Key[]): Promise<Row[]>;
}

/** A row that the store refused, and why. */
export interface Refused {
  readonly sequence: string;
  readonly reason: string;
}

/** Where a claim begins: after that model, in the order of names; an empty text for the first. */
export interface Stretch {
  readonly after: string;
  /** How many pending rows are looked at. */
  readonly limit: number;
}

export interface Told {
  /** How many rows were claimed. */
  readonly rows: number;
  /** The model after which more may be pending; null: the last one was reached. */
  readonly after: string | null;
}

type Tell = (claim: Claim) => Promise<readonly Refused[]>;

/**
 * Claims what a store has to be told of the next models, in the order of each, has it told, and notes how that went, in
 * one transaction: whoever dies in it leaves all as it was. Models that another gateway tells of are left to it. What
 * `tell` throws claims nothing, and is thrown.
 */
export function tellNext(
  begin: Begin,
  store: Follower,
  { after, limit }: Stretch,
  tell: Tell,
): Promise<Told> {
  return inTransaction(begin, async (transaction, withCommit) => {
    const [stretch] = await published('claimOutbox', () =>
      transaction.unsafe<{ rows: OutboxRow[]; after: string | null }[]>(claimStretch, [store, limit, after], {
        prepare: true,
      }),
    );
    const rows = stretch?.rows ?? [];
    await tellClaimed({ transaction, withCommit }, store, rows, tell);
    return { rows: rows.length, after: stretch?.after ?? null };
  });
}

/** The same for these models alone, as many rows as that. Returns how many there were. */
export function tellOf(
  begin: Begin,
  store: Follower,
  { names, limit }: { readonly names: readonly ModelName[]; readonly limit: number },
  tell: Tell,
): Promise<number> {
  return inTransaction(begin, async (transaction, withCommit) => {
    const [claimed] = await published('claimOutbox', () =>
      transaction.unsafe<{ rows: OutboxRow[] }[]>(claimModels, [store, limit, [...names]], {
        prepare: true,
      }),
    );
    const rows = claimed?.rows ?? [];
    await tellClaimed({ transaction, withCommit }, store, rows, tell);
    return rows.length;
  });
}

interface Telling {
  readonly transaction: Transaction;
  readonly withCommit: WithCommit;
}

async function tellClaimed(
  telling: Telling,
  store: Follower,
  rows: readonly OutboxRow[],
  tell: Tell,
): Promise<void> {
  if (rows.length === 0) return;
  const refused = await tell({
    rows,
    ask: (question, keys) =>
      published(question.shape.name, () => askAllIn(telling.transaction, question, keys)),
  });
  await settle(telling, store, rows, refused);
}

async function settle(
  { transaction, withCommit }: Telling,
  store: Follower,
  rows: readonly OutboxRow[],
  refused: readonly Refused[],
): Promise<void> {
  const failed = new Set(refused.map(({ sequence }) => sequence));
  const applied = rows.map(({ sequence }) => sequence).filter((sequence) => !failed.has(sequence));
  if (refused.length > 0) {
    const sequences = refused.map(({ sequence }) => sequence);
    const reasons = refused.map(({ reason }) => reason);
    await published('settleRefused', () =>
      transaction.unsafe(settleRefused, [store, sequences, reasons], { prepare: true }),
    );
  }
  const settled = transaction.unsafe<Row[]>(settleApplied, [store, applied], { prepare: true });
  withCommit(settled);
  // Whether it failed is heard with the commit.
  void published('settleOutbox', () => settled).catch(() => {});
}

/** Tells of a call that was made for nobody's request. */
async function published<T>(operation: string, call: () => PromiseLike<T>): Promise<T> {
  const startedAt = performance.now();
  const publish = (outcome: 'OK' | 'FAILED') => {
    const endedAtMs = performance.now();
    const durationMs = endedAtMs - startedAt;
    publishStoreCall({
      store: 'POSTGRES',
      operation,
      keys: 1,
      durationMs,
      endedAtMs,
      outcome,
      requests: [],
    });
  };
  try {
    const result = await call();
    publish('OK');
    return result;
  } catch (error) {
    publish('FAILED');
    throw error;
  }
}

const pending = `o.applied_at is null and o.discarded_because is null and o.dead_at is null`;

// Small documents come with the claim and spare a trip; large ones are asked for a few at a time.
const bytesWithClaim = 1_048_576;

// Model by model, so that neither a long backlog of one, nor one that is held or waits, is in the way of the others; and what
// is told of a model once for all of its rows is told seldom. Whoever holds the first pending row of a model holds the
// model; a row that waits for its next attempt holds up those behind it. The limits of 1 say to the planner what an outbox
// that grows from nothing to a hundred thousand rows between two of its statistics cannot: that each of these is one step
// of an index.
const claim = (rows: string) => `/* modelgraph claimOutbox */
  with front as (
    select sequence, model_name, metric_keys,
      bool_and(next_attempt_at <= statement_timestamp()) over (partition by model_name order by sequence) as is_due
    from (${rows}) o
  ), held as (
    select first.model_name
    from (select min(sequence) as sequence, model_name from front where is_due group by model_name) first
    cross join lateral (
      select from outbox o where o.sequence = first.sequence and o.store = $1 and o.model_name = first.model_name and ${pending}
        and o.next_attempt_at <= statement_timestamp()
      limit 1 for update skip locked
    ) o
  ), told as (
    select front.sequence, front.model_name, front.metric_keys, e.kind, e.subject_key, e.after ->> 'deletedAt' as deleted_at, c.bytes,
      sum(c.bytes) over (order by front.sequence) as bytes_so_far
    from front join held using (model_name)
    cross join lateral (
      select kind, subject_key, after from model_events e where e.sequence = front.sequence limit 1
    ) e
    left join lateral (
      select octet_length(document) as bytes from run_configs
      where e.kind = 'RUN_REGISTERED' and run_id = e.subject_key::uuid limit 1
    ) c on true
    where front.is_due
  )
  select (select case when count(*) = $2 then max(model_name) end from front) as after, coalesce(json_agg(json_build_object(
    'sequence', sequence::text, 'modelName', model_name, 'kind', kind, 'subjectKey', subject_key,
    'metricKeys', metric_keys, 'deletedAt', deleted_at, 'documentBytes', bytes,
    'run', case when $1 = 'MONGODB' and bytes_so_far <= ${bytesWithClaim} then (
      select json_build_object('id', r.id, 'modelName', r.model_name, 'framework', r.framework, 'createdAt', r.created_at,
        'document', encode(document, 'base64'))
      from run_configs join training_runs r on r.id = run_id where bytes is not null and run_id = subject_key::uuid limit 1
    ) end
  ) order by sequence), '[]') as rows
  from told`;

const claimStretch = claim(`
      select o.sequence, o.model_name, o.metric_keys, o.next_attempt_at from outbox o
      where o.store = $1 and ${pending} and o.model_name > $3 order by o.model_name, o.sequence limit $2::int`);

const claimModels = claim(`
      select o.* from unnest($3::text[]) as n (name) cross join lateral (
        select o.sequence, o.model_name, o.metric_keys, o.next_attempt_at from outbox o
        where o.store = $1 and ${pending} and o.model_name = n.name order by o.sequence limit $2::int
      ) o limit $2::int`);

const settleApplied = `/* modelgraph settleApplied */
  update outbox set applied_at = clock_timestamp(), attempts = attempts + 1, last_error = null
  where store = $1 and sequence = any($2::bigint[])`;

const maxAttempts = 5;

// Tried again after about 1, 2, 4 and 8 seconds, each half to one and a half times as long, and then set aside.
const settleRefused = `/* modelgraph settleRefused */
  update outbox o set attempts = o.attempts + 1, last_error = r.reason,
    next_attempt_at = clock_timestamp() + (0.5 + random()) * 2 ^ o.attempts * interval '1 second',
    dead_at = case when o.attempts + 1 >= ${maxAttempts} then clock_timestamp() end
  from unnest($2::bigint[], $3::text[]) as r (sequence, reason)
  where o.store = $1 and o.sequence = r.sequence`;
