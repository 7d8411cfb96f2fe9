import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/** What happened, in order: the audit, which is never pruned. `sequence` also orders the outbox. */
export const modelEvents = pgTable(
  'model_events',
  {
    sequence: bigint('sequence', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    // A dataset's events have none; a deleted model's stay.
    modelName: text('model_name'),
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

/** What MongoDB and Redis still have to be told; written in the transaction that decides, in the order of its event. */
export const outbox = pgTable(
  'outbox',
  {
    sequence: bigint('sequence', { mode: 'bigint' })
      .primaryKey()
      .references(() => modelEvents.sequence),
    modelName: text('model_name').notNull(),
    kind: text('kind').notNull(),
    payload: jsonb('payload').notNull(),
    createdAt: createdAt(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull().defaultNow(),
    lastError: text('last_error'),
    appliedAt: instant('applied_at'),
    deadAt: instant('dead_at'),
  },
  (t) => [
    index('outbox_pending')
      .on(t.modelName, t.sequence)
      .where(sql`${t.appliedAt} is null and ${t.deadAt} is null`),
  ],
);

/** The first answer to each idempotency key, and the digest of the input it answered. */
export const idempotencyKeys = pgTable('idempotency_keys', {
  key: text('key').primaryKey(),
  inputSha256: text('input_sha256').notNull(),
  answer: jsonb('answer').notNull(),
  firstUsedAt: instant('first_used_at').notNull().defaultNow(),
});
