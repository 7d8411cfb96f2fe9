import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, instant, modelName } from './columns.ts';

/** What happened, in order: the audit, which is never pruned. `sequence` also orders the outbox. */
export const modelEvents = pgTable(
  'model_events',
  {
    sequence: bigint('sequence', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    // A dataset's events have none; a deleted model's stay.
    modelName: modelName('model_name'),
    kind: text('kind').notNull(),
    /** GraphQL type and key of what it happened to, when that is not the model itself. */
    subjectType: text('subject_type'),
    subjectKey: text('subject_key'),
    actor: text('actor'),
    before: jsonb('before'),
    after: jsonb('after'),
    at: instant('at').notNull().defaultNow(),
  },
  (t) => [index('model_events_by_model').on(t.modelName, t.sequence)],
);

/**
 * What MongoDB and Redis have to be told: one row for each event and store, written in the transaction that decides.
 * What to tell is read from the registry when it is told, so a row says only who is concerned.
 */
export const outbox = pgTable(
  'outbox',
  {
    sequence: bigint('sequence', { mode: 'bigint' })
      .notNull()
      .references(() => modelEvents.sequence),
    store: text('store').notNull(),
    modelName: modelName('model_name').notNull(),
    /** The metrics that may have changed, for Redis; null: all. */
    metricKeys: text('metric_keys').array(),
    createdAt: createdAt(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull().defaultNow(),
    lastError: text('last_error'),
    appliedAt: instant('applied_at'),
    /** Set aside: refused too often, or discarded. */
    deadAt: instant('dead_at'),
    discardedBecause: text('discarded_because'),
  },
  (t) => [
    primaryKey({ columns: [t.sequence, t.store] }),
    check('outbox_store', sql`${t.store} in ('MONGODB','REDIS')`),
    index('outbox_pending')
      .on(t.store, t.sequence)
      .where(sql`${t.appliedAt} is null and ${t.deadAt} is null`),
    index('outbox_pending_by_model')
      .on(t.store, t.modelName, t.sequence)
      .where(sql`${t.appliedAt} is null and ${t.discardedBecause} is null`),
    index('outbox_dead').on(t.sequence, t.store).where(sql`${t.deadAt} is not null`),
    index('outbox_applied').on(t.appliedAt).where(sql`${t.appliedAt} is not null`),
  ],
);

/** The first answer to each idempotency key, and the digest of the input it answered. */
export const idempotencyKeys = pgTable('idempotency_keys', {
  key: text('key').primaryKey(),
  inputSha256: text('input_sha256').notNull(),
  answer: jsonb('answer').notNull(),
  firstUsedAt: instant('first_used_at').notNull().defaultNow(),
});
