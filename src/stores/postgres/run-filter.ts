import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { MetricFilter } from '../../model-list.ts';
import type { DateTimeFilter, StringFilter } from '../../value-filter.ts';
import { isNumber } from './columns.ts';
import { allOf, type Condition, whereFloat, whereMoment, whereString } from './filter.ts';
import { runMetrics } from './metric-tables.ts';
import type { Hits } from './stretches.ts';
import { datasets, runDatasets, trainingRuns } from './tables.ts';

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
    ...whereStatus(trainingRuns.status, filter),
    ...whereFramework(trainingRuns.framework, filter),
    ...whereDataset(filter),
    ...(filter.metrics ?? []).map(whereMetric),
    ...whereCreated(trainingRuns.createdAt, filter),
  ];
}

/** The filter's condition on a run's status, whatever column holds it. */
export function whereStatus(column: SQLWrapper, { status }: RunFilter): Condition[] {
  if (status == null) return [];
  const where = sql`${column} = any(${sql.placeholder('status')}::text[])`;
  return [{ name: '[status]', where, values: { status } }];
}

export const whereFramework = (column: SQLWrapper, { framework }: RunFilter): Condition[] =>
  whereString('framework', sql`${column}`, framework);

export const whereCreated = (column: SQLWrapper, { createdAt }: RunFilter): Condition[] =>
  whereMoment('created', sql`${column}`, createdAt);

/** The filter's condition on a dataset's name. */
export const whereDatasetName = ({ datasetName }: RunFilter): Condition[] =>
  whereString('dataset', sql`${datasets.name}`, datasetName);

function whereDataset(filter: RunFilter): Condition[] {
  const conditions = whereDatasetName(filter);
  if (conditions.length === 0) return [];
  const { name, where, values } = allOf(conditions);
  const used = sql`exists (${usesOf(where)} and ${runDatasets.runId} = ${trainingRuns.id})`;
  return [{ name, where: used, values }];
}

/** The runs that read such datasets; of one that read several, or one in several roles, more than once. */
export const usesOf = (where: SQL) => sql`select ${runDatasets.runId} from ${runDatasets}
  join ${datasets} on ${datasets.id} = ${runDatasets.datasetId} where ${where}`;

function whereMetric(filter: MetricFilter, n: number): Condition {
  const { name, ids, values } = measured(filter, n);
  // Without an operator it still asks for a number.
  return {
    name: `[metric${n}]${name}`,
    where: sql`exists (${ids} and ${runMetrics.runId} = ${trainingRuns.id})`,
    values,
  };
}

/** The runs that the filter's nth metric finds, as `ids`; each once. */
export function measured({ key, is }: MetricFilter, n: number) {
  const id = `metric${n}`;
  const { name, where, values } = allOf(whereFloat(id, sql`${runMetrics.value}`, is));
  const ids = sql`select ${runMetrics.runId} from ${runMetrics}
    where ${runMetrics.key} = ${sql.placeholder(`${id}.key`)}::text and ${isNumber(runMetrics.value)} and ${where}`;
  return { name, ids, values: { ...values, [`${id}.key`]: key } };
}

/** The runs that one of the conditions finds, which needs no values but those of `whereRun`; undefined: none can. */
export function runHits(filter: RunFilter): Hits | undefined {
  const of = sql`${trainingRuns.id}`;
  const [metric] = filter.metrics ?? [];
  if (metric) return { of, ids: measured(metric, 0).ids };
  const conditions = whereDatasetName(filter);
  return conditions.length > 0 ? { of, ids: usesOf(allOf(conditions).where) } : undefined;
}
