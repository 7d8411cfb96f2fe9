import { sql } from 'drizzle-orm';
import type { DateTimeFilter, StringFilter } from '../../value-filter.ts';
import { isNumber } from './columns.ts';
import { allOf, type Condition, whereFloat, whereMoment, whereString } from './filter.ts';
import type { MetricFilter } from './model-filter.ts';
import { datasets, runDatasets, runMetrics, trainingRuns } from './tables.ts';

export type RunStatus = 'SCHEDULED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

export interface RunFilter {
  readonly status?: readonly RunStatus[] | null | undefined;
  readonly framework?: StringFilter | null | undefined;
  readonly datasetName?: StringFilter | null | undefined;
  /** On the value of the last step; NaN meets no condition. */
  readonly metrics?: readonly MetricFilter[] | null | undefined;
  readonly createdAt?: DateTimeFilter | null | undefined;
}

/** Which runs match; refers to the table `training_runs`. */
export function whereRun(filter: RunFilter): Condition[] {
  return [
    ...whereStatus(filter.status),
    ...whereString('framework', sql`${trainingRuns.framework}`, filter.framework),
    ...whereDataset(filter.datasetName),
    ...(filter.metrics ?? []).map(whereMetric),
    ...whereMoment('created', sql`${trainingRuns.createdAt}`, filter.createdAt),
  ];
}

function whereStatus(status: readonly RunStatus[] | null | undefined): Condition[] {
  if (status == null) return [];
  const where = sql`${trainingRuns.status} = any(${sql.placeholder('status')}::text[])`;
  return [{ name: '[status]', where, values: { status } }];
}

function whereDataset(filter: StringFilter | null | undefined): Condition[] {
  const conditions = whereString('dataset', sql`${datasets.name}`, filter);
  if (conditions.length === 0) return [];
  const { name, where, values } = allOf(conditions);
  const used = sql`exists (select 1 from ${runDatasets} join ${datasets} on ${datasets.id} = ${runDatasets.datasetId}
    where ${runDatasets.runId} = ${trainingRuns.id} and ${where})`;
  return [{ name, where: used, values }];
}

function whereMetric({ key, is }: MetricFilter, n: number): Condition {
  const id = `metric${n}`;
  const { name, where, values } = allOf(whereFloat(id, sql`${runMetrics.value}`, is));
  const exists = sql`exists (select 1 from ${runMetrics} where ${runMetrics.runId} = ${trainingRuns.id}
    and ${runMetrics.key} = ${sql.placeholder(`${id}.key`)}::text and ${isNumber(runMetrics.value)} and ${where})`;
  return { name, where: exists, values: { ...values, [`${id}.key`]: key } };
}
