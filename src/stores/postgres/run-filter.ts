import { sql } from 'drizzle-orm';
import { allOf, type Condition, type StringFilter, whereString } from './filter.ts';
import { datasets, runDatasets, trainingRuns } from './tables.ts';

export type RunStatus = 'SCHEDULED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

export interface DateTimeFilter {
  readonly gte?: string | null | undefined;
  readonly lt?: string | null | undefined;
}

export interface RunFilter {
  readonly status?: readonly RunStatus[] | null | undefined;
  readonly framework?: StringFilter | null | undefined;
  readonly datasetName?: StringFilter | null | undefined;
  readonly createdAt?: DateTimeFilter | null | undefined;
}

/** Which runs match; refers to the table `training_runs`. */
export function whereRun(filter: RunFilter): Condition[] {
  return [
    ...whereStatus(filter.status),
    ...whereString('framework', sql`${trainingRuns.framework}`, filter.framework),
    ...whereDataset(filter.datasetName),
    ...whereCreated(filter.createdAt),
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

function whereCreated(filter: DateTimeFilter | null | undefined): Condition[] {
  const { gte, lt } = filter ?? {};
  const column = trainingRuns.createdAt;
  return [
    ...(gte == null
      ? []
      : [
          {
            name: '[from]',
            where: sql`${column} >= ${sql.placeholder('from')}::timestamptz`,
            values: { from: gte },
          },
        ]),
    ...(lt == null
      ? []
      : [
          {
            name: '[until]',
            where: sql`${column} < ${sql.placeholder('until')}::timestamptz`,
            values: { until: lt },
          },
        ]),
  ];
}
