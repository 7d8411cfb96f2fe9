import {
  date,
  doublePrecision,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * Days, in UTC, of whose runs something changed since they were summarised; a day may stand here many times. Written by
 * triggers, in the transaction that changed it: a day that does not stand here is as the tables below say.
 */
export const staleDays = pgTable(
  'stale_days',
  { day: date('day').notNull(), changedAt: instant('changed_at').notNull().defaultNow() },
  (t) => [index('stale_days_by_day').on(t.day, t.changedAt)],
);

/** How many runs were registered on a day. */
export const runDays = pgTable(
  'run_days',
  {
    day: date('day').notNull(),
    framework: text('framework').notNull(),
    status: text('status').notNull(),
    runs: integer('runs').notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.framework, t.status] })],
);

/**
 * What the runs of a day ended with, by one metric; over finite values only. One row for each doubling of the value (see
 * `octaveOf`), so that whoever looks for a median need not look into all.
 */
export const metricDays = pgTable(
  'metric_days',
  {
    key: text('key').notNull(),
    day: date('day').notNull(),
    framework: text('framework').notNull(),
    octave: integer('octave').notNull(),
    runs: integer('runs').notNull(),
    // Exact, as doubles are not: sums of days can then be added up in any order, and a deviation taken from them.
    total: numeric('total').notNull(),
    squares: numeric('squares').notNull(),
    lowest: doublePrecision('lowest').notNull(),
    highest: doublePrecision('highest').notNull(),
    /** Ascending, see `bucketOf`; and how many values each of them has. */
    buckets: integer('buckets').array().notNull(),
    bucketRuns: integer('bucket_runs').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.key, t.day, t.framework, t.octave] })],
);
