import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { MetricFilter } from '../../model-list.ts';
import { datasetDays, metricRanks, rankedValues, runDays } from './day-tables.ts';
import { allOf } from './filter.ts';
import { type RunFilter, whereDatasetName, whereFramework, whereStatus } from './run-filter.ts';
import type { RunOwner } from './runs.ts';
import { datasets } from './tables.ts';

/** A select of sets of runs, of the days where `ofDay` holds: those whose runs meet one condition. */
type SetsOfDays = (ofDay: (day: SQLWrapper) => SQL) => SQL;

/**
 * For each condition of a filter its sets `(day, members)`; a run that meets it is in one of them. Where there is but one
 * condition, its sets say how many `runs` they have.
 */
export function matchingSets(owner: RunOwner, filter: RunFilter): SetsOfDays[] {
  const ofRun = [...whereStatus(runDays.status, filter), ...whereFramework(runDays.framework, filter)];
  const ofDatasets = whereDatasetName(filter);
  const sets = [
    ...(owner === 'DATASET' ? [setsOfDataset] : []),
    ...(ofDatasets.length > 0 ? [setsOfDatasets(allOf(ofDatasets).where)] : []),
    ...(filter.metrics ?? []).map(setsOfMetric),
  ];
  return ofRun.length > 0 || sets.length === 0 ? [setsOfRuns(allOf(ofRun).where), ...sets] : sets;
}

const setsOfRuns =
  (where: SQL): SetsOfDays =>
  (ofDay) =>
    sql`select ${runDays.day} as day, ${runDays.members} as members, ${runDays.runs} as runs from ${runDays}
      where ${where} and ${ofDay(runDays.day)}`;

const setsOfDataset: SetsOfDays = (ofDay) =>
  sql`select ${datasetDays.day} as day, ${datasetDays.members} as members, ${datasetDays.runs} as runs from ${datasetDays}
    where ${datasetDays.datasetId} = k.key and ${ofDay(datasetDays.day)}`;

// A run may have read several of them.
const setsOfDatasets =
  (where: SQL): SetsOfDays =>
  (ofDay) =>
    sql`select *, bit_count(members) as runs from (
      select ${datasetDays.day} as day, bit_or(${datasetDays.members}) as members
      from ${datasets} join ${datasetDays} on ${datasetDays.datasetId} = ${datasets.id}
      where ${where} and ${ofDay(datasetDays.day)} group by 1 offset 0) of_datasets`;

function setsOfMetric({ is }: MetricFilter, n: number): SetsOfDays {
  const name = `metric${n}`;
  const isKey = (column: SQLWrapper) => sql`${column} = ${sql.placeholder(`${name}.key`)}::text`;
  const operators = ['eq', 'gt', 'gte', 'lt', 'lte'] as const;
  /** The ranks after those that an operand ends: of all values below it, or of it too. */
  const after = (operator: (typeof operators)[number], withEqual: boolean) => {
    if (is[operator] == null) return [];
    const operand = sql`${sql.placeholder(`${name}.${operator}`)}::float8`;
    const upto = sql`width_bucket(${operand}, ${rankedValues.ascending})`;
    const equal = withEqual ? sql`` : sql` - (${rankedValues.ascending}[${upto}] = ${operand})::int`;
    return [
      sql`coalesce((select ${rankedValues.before} + ${upto}${equal} from ${rankedValues}
        where ${isKey(rankedValues.key)} and ${rankedValues.day} = ${metricRanks.day} and ${rankedValues.lowest} <= ${operand}
        order by ${rankedValues.lowest} desc limit 1), 0) + 1`,
    ];
  };
  const firsts = [sql`1`, ...after('eq', false), ...after('gte', false), ...after('gt', true)];
  const lasts = [sql`null::int`, ...after('eq', true), ...after('lte', true), ...after('lt', false)];
  return (ofDay) =>
    sql`select *, bit_count(members) as runs from (
      select ${metricRanks.day} as day, ranks_between(${metricRanks.slices}, greatest(${sql.join(firsts, sql`, `)}),
        least(${sql.join(lasts, sql`, `)})) as members
      from ${metricRanks} where ${isKey(metricRanks.key)} and ${ofDay(metricRanks.day)} offset 0) of_metric`;
}
