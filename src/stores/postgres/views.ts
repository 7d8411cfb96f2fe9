import { sql } from 'drizzle-orm';
import { bigint, doublePrecision, integer, pgView, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** One row a framework and metric, over each run's last finite value; NaN and infinities are left out. */
export const frameworkComparison = pgView('framework_comparison', {
  framework: text('framework').notNull(),
  metric: text('metric').notNull(),
  totalRuns: bigint('total_runs', { mode: 'bigint' }).notNull(),
  average: doublePrecision('average'),
  best: doublePrecision('best'),
  p50: doublePrecision('p50'),
  stddev: doublePrecision('stddev'),
}).as(sql`
  select r.framework, m.key as metric, count(*) as total_runs, avg(m.value) as average, max(m.value) as best,
    percentile_cont(0.5) within group (order by m.value) as p50, stddev_samp(m.value) as stddev
  from training_runs r
  join (
    select distinct on (run_id, key) run_id, key, value from run_metrics
    where value > '-Infinity' and value < 'Infinity' order by run_id, key, step desc
  ) m on m.run_id = r.id
  group by r.framework, m.key`);

/** One row a dataset: the runs that used it in any role, and the accuracy they reached. */
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
  left join lateral (
    select value from run_metrics
    where run_id = r.id and key = 'accuracy' and value > '-Infinity' and value < 'Infinity'
    order by step desc limit 1
  ) m on true
  group by d.id`);
