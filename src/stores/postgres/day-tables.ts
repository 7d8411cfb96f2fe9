import {
  date,
  doublePrecision,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { bits, instant } from './columns.ts';

/**
 * Days, in UTC, of whose runs something changed since they were summarised; a day may stand here many times. Written by
 * triggers, in the transaction that changed it: a day that does not stand here is as the tables below say.
 */
export const staleDays = pgTable(
  'stale_days',
  { day: date('day').notNull(), changedAt: instant('changed_at').notNull().defaultNow() },
  (t) => [index('stale_days_by_day').on(t.day, t.changedAt)],
);

/**
 * Which runs were registered on a day, and how many. A set of them has a bit for each of the day's runs, in the order of
 * creation and then of id, and zeros at its end; all sets of a day are equally long.
 */
export const runDays = pgTable(
  'run_days',
  {
    day: date('day').notNull(),
    framework: text('framework').notNull(),
    status: text('status').notNull(),
    runs: integer('runs').notNull(),
    members: bits('members').notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.framework, t.status] })],
);

/** Which of a day's runs read a dataset, in whatever role, and how many. */
export const datasetDays = pgTable(
  'dataset_days',
  {
    datasetId: uuid('dataset_id').notNull(),
    day: date('day').notNull(),
    runs: integer('runs').notNull(),
    members: bits('members').notNull(),
  },
  (t) => [primaryKey({ columns: [t.datasetId, t.day] })],
);

/**
 * Where each of a day's runs stands by one metric: the lowest value has rank 1, equal ones have the same, and runs without a
 * number have 0. Slice n is the set of runs whose rank has the bit 2^n, for each bit that any has.
 */
export const metricRanks = pgTable(
  'metric_ranks',
  { key: text('key').notNull(), day: date('day').notNull(), slices: bits('slices').array().notNull() },
  (t) => [primaryKey({ columns: [t.key, t.day] })],
);

/** Which value has which rank: those of a day, infinities too, in pieces; `before` is the rank before the lowest. */
export const rankedValues = pgTable(
  'ranked_values',
  {
    key: text('key').notNull(),
    day: date('day').notNull(),
    lowest: doublePrecision('lowest').notNull(),
    before: integer('before').notNull(),
    ascending: doublePrecision('ascending').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.key, t.day, t.lowest] })],
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
