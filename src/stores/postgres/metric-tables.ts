import { sql } from 'drizzle-orm';
import { bigint, check, doublePrecision, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, isNumber, modelName } from './columns.ts';
import { ofModel, trainingRuns } from './tables.ts';

/** A run's metrics, each at its last step. Model, framework and when it was registered are the run's, repeated for the indexes. */
export const runMetrics = pgTable(
  'run_metrics',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => trainingRuns.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    step: bigint('step', { mode: 'bigint' }).notNull().default(sql`0`),
    // double precision holds NaN and both infinities, as trained.
    value: doublePrecision('value').notNull(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
    modelName: modelName('model_name').notNull(),
    framework: text('framework').notNull(),
    runCreatedAt: instant('run_created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.key] }),
    check('run_metrics_key_length', sql`char_length(${t.key}) between 1 and 200`),
    // NaN sorts above every number in PostgreSQL, so it is kept out of what is ordered by value.
    index('run_metrics_by_value')
      .on(t.key, t.value, t.runId, t.framework, t.runCreatedAt)
      .where(isNumber(t.value)),
    index('run_metrics_by_model').on(t.modelName, t.key, t.value, t.runId).where(isNumber(t.value)),
    index('run_metrics_by_created').on(t.key, t.runCreatedAt, t.framework, t.value).where(isNumber(t.value)),
  ],
);

/** What was measured at each step, for metrics that were logged by step. */
export const runMetricPoints = pgTable(
  'run_metric_points',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => trainingRuns.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    step: bigint('step', { mode: 'bigint' }).notNull(),
    value: doublePrecision('value').notNull(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.key, t.step] }),
    check('run_metric_points_key_length', sql`char_length(${t.key}) between 1 and 200`),
  ],
);

/**
 * The highest and lowest finite value that any of a model's runs ended with, kept by whoever writes `run_metrics`.
 * One row for each framework, and one with an empty framework for all of them.
 */
export const modelMetrics = pgTable(
  'model_metrics',
  {
    modelName: ofModel({ onDelete: 'cascade' }),
    key: text('key').notNull(),
    framework: text('framework').notNull(),
    highest: doublePrecision('highest').notNull(),
    highestRunId: uuid('highest_run_id').notNull(),
    lowest: doublePrecision('lowest').notNull(),
    lowestRunId: uuid('lowest_run_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.modelName, t.key, t.framework] }),
    index('model_metrics_by_highest').on(t.key, t.framework, t.highest, t.modelName),
    index('model_metrics_by_lowest').on(t.key, t.framework, t.lowest, t.modelName),
    index('model_metrics_by_model').on(t.key, t.modelName, t.highest).where(sql`${t.framework} = ''`),
  ],
);
