import { sql } from 'drizzle-orm';
import { bigint, doublePrecision, integer, pgView, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** One row a framework and metric, over the value that each run ended with; NaN and infinities are left out. */
export const frameworkComparison = pgView('framework_comparison', {
  framework: text('framework').notNull(),
  metric: text('metric').notNull(),
  totalRuns: bigint('total_runs', { mode: 'bigint' }).notNull(),
  average: doublePrecision('average'),
  highest: doublePrecision('highest'),
  lowest: doublePrecision('lowest'),
  p50: doublePrecision('p50'),
  stddev: doublePrecision('stddev'),
}).as(sql`
  select framework, key as metric, count(*) as total_runs, avg(value) as average, max(value) as highest,
    min(value) as lowest, percentile_cont(0.5) within group (order by value) as p50, stddev_samp(value) as stddev
  from run_metrics
  where value > '-Infinity' and value < 'Infinity'
  group by framework, key`);

/** One row a dataset: the runs that used it in any role, and the accuracy they ended with. */
export const datasetStatistics = pgView('dataset_statistics', {
  datasetId: uuid('dataset_id').notNull(),
  name: text('name').notNull(),
  version: text('version').notNull(),
  totalExperiments: integer('total_experiments').notNull(),
  bestAccuracy: doublePrecision('best_accuracy'),
  averageAccuracy: doublePrecision('average_accuracy'),
  lastRunAt: timestamp('last_run_at', { withTimezone: true, precision: 6, mode: 'string' }),
}).as(sql`
  select d.id as dataset_id, d.name, d.version, count(r.id)::integer as total_experiments,
    max(m.value) as best_accuracy, avg(m.value) as average_accuracy, max(r.created_at) as last_run_at
  from datasets d
  left join (select distinct run_id, dataset_id from run_datasets) u on u.dataset_id = d.id
  left join training_runs r on r.id = u.run_id
  left join run_metrics m on m.run_id = r.id and m.key = 'accuracy'
    and m.value > '-Infinity' and m.value < 'Infinity'
  group by d.id`);
