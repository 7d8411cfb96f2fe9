import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { MetricFilter } from '../../model-list.ts';
import { askCount, askOne } from './ask.ts';
import { bucketOf, isInBucket, middleOf, octaveOf } from './buckets.ts';
import { isFiniteNumber, isNumber } from './columns.ts';
import { metricDays, runDays } from './day-tables.ts';
import { allOf, type Condition, whereFloat } from './filter.ts';
import { idKeys, textKeys } from './keys.ts';
import { dayOf, isClosed, isIn, ofOpenDays, openDays, startOf } from './open-days.ts';
import type { Question } from './question.ts';
import {
  type RunFilter,
  usesOf,
  whereCreated,
  whereDatasetName,
  whereFramework,
  whereStatus,
} from './run-filter.ts';
import { type RunOwner, rowsOf } from './runs.ts';
import { runDatasets, runMetrics, trainingRuns } from './tables.ts';

/**
 * How many of an owner's runs match; exact. Of all runs, by what a run is itself or by one metric, it adds up the days that
 * are summarised and looks at the runs of the others; of datasets it reads one index. By several conditions it looks at each
 * run that may match, which are few only of a model.
 */
export function runCount(owner: RunOwner, filter: RunFilter): Question<string, number> {
  const { status, framework, datasetName, metrics, createdAt } = filter;
  const [metric, ...more] = metrics ?? [];
  const isOnlyOfDataset = [status, framework, metric, createdAt].every((condition) => condition == null);
  if (owner === 'ALL' && datasetName == null) {
    if (!metric) return countByDay(filter);
    if (more.length === 0 && status == null) return countMeasured(metric, filter);
  }
  if (owner === 'ALL' && isOnlyOfDataset) return countOfDatasets(filter);
  if (owner === 'DATASET' && isOnlyOfDataset && datasetName == null) return countOfDataset;
  return askCount<string>({ ...rowsOf(owner, filter), heavy: owner !== 'MODEL' });
}

// A run counts once, in however many roles it read a dataset.
const countOfDataset = askCount<string>({
  name: 'runsOfDatasetAll',
  keys: idKeys,
  heavy: true,
  // In the order of the index.
  from: sql`(select distinct ${runDatasets.accuracy}, ${runDatasets.runId} from ${runDatasets} where ${runDatasets.datasetId} = k.key) as run_datasets`,
  where: sql`true`,
});

function countOfDatasets(filter: RunFilter): Question<string, number> {
  const { name, where, values } = allOf(whereDatasetName(filter));
  return askCount<string>({
    name: `runsOfDatasets${name}`,
    keys: textKeys,
    values,
    heavy: true,
    from: sql`(select distinct of_datasets.run_id from (${usesOf(where)}) of_datasets) as run_datasets`,
    where: sql`true`,
  });
}

function countByDay(filter: RunFilter): Question<string, number> {
  const matching = (table: RunColumns) =>
    allOf([
      ...whereStatus(table.status, filter),
      ...whereFramework(table.framework, filter),
      ...whereCreated(table.createdAt, filter),
    ]);
  const run = matching(trainingRuns);
  const day = matching({ ...runDays, createdAt: startOf(runDays.day) });
  const { name, values } = run;
  return askSum(
    { name: `runsByDay${name}`, values },
    [openDays(momentsOf(filter))],
    [
      sql`select sum(${runDays.runs}) from ${runDays} where ${day.where} and ${isClosed(runDays.day)}`,
      sql`select count(*) from ${ofOpenDays(sql`select from ${trainingRuns} where ${isIn(trainingRuns.createdAt, openDay)} and ${run.where}`)}`,
    ],
  );
}

function countMeasured({ key, is }: MetricFilter, filter: RunFilter): Question<string, number> {
  const { value, framework, runCreatedAt } = runMetrics;
  const isKey = (column: SQLWrapper) => sql`${column} = ${sql.placeholder('metric.key')}::text`;
  const measured = (number: SQLWrapper) => allOf(whereFloat('metric', sql`${number}`, is));
  const run = allOf([...whereFramework(framework, filter), ...whereCreated(runCreatedAt, filter)]);
  const day = allOf([
    ...whereFramework(metricDays.framework, filter),
    ...whereCreated(startOf(metricDays.day), filter),
  ]);
  const { name, values } = allOf([measured(value), run]);
  const edges = operandsOf('metric', is).map(
    (operand) => sql`select ${bucketOf(sql`${operand}::float8`)} as bucket`,
  );
  const ofMetric = sql`${isKey(runMetrics.key)} and ${measured(value).where} and ${run.where}`;
  return askSum(
    { name: `runsMeasured${name}`, values: { ...values, 'metric.key': key } },
    [
      openDays(momentsOf(filter)),
      // An operand lies in them: their values are looked at. Those of all other buckets match, or do not, together.
      sql`edges as materialized (${edges.length > 0 ? sql.join(edges, sql` union `) : sql`select 0 as bucket where false`})`,
      sql`summarised as materialized (
        select ${metricDays}.*, ${metricDays.octave} in (select ${octaveOf(sql`bucket`)} from edges) as is_edge from ${metricDays}
        where ${isKey(metricDays.key)} and ${day.where} and ${isClosed(metricDays.day)})`,
    ],
    [
      sql`select sum(runs) from summarised where not is_edge and ${measured(sql`lowest`).where}`,
      sql`select sum(b.runs) from summarised cross join unnest(buckets, bucket_runs) as b (bucket, runs)
        where is_edge and b.bucket not in (select bucket from edges) and ${measured(middleOf(sql`b.bucket`)).where}`,
      sql`select count(*) from edges cross join lateral (select from ${runMetrics} where ${ofMetric} and ${isNumber(value)}
        and ${isInBucket(value, sql`edges.bucket`)} and ${isClosed(dayOf(runCreatedAt))} offset 0) of_bucket`,
      sql`select count(*) from ${ofOpenDays(sql`select from ${runMetrics}
        where ${ofMetric} and ${isFiniteNumber(value)} and ${isIn(runCreatedAt, openDay)}`)}`,
      sql`select count(*) from ${runMetrics} where ${ofMetric} and ${value} = 'Infinity'`,
      sql`select count(*) from ${runMetrics} where ${ofMetric} and ${value} = '-Infinity'`,
    ],
  );
}

interface RunColumns {
  readonly status: SQLWrapper;
  readonly framework: SQLWrapper;
  readonly createdAt: SQLWrapper;
}

const openDay = sql`open_days.day`;

const operandsOf = (name: string, filter: object | null | undefined) =>
  Object.entries(filter ?? {}).flatMap(([operator, operand]) =>
    operand == null ? [] : [sql`${sql.placeholder(`${name}.${operator}`)}`],
  );

const momentsOf = ({ createdAt }: RunFilter) =>
  operandsOf('created', createdAt).map((moment) => sql`${moment}::timestamptz`);

/** The sum of parts, each of which selects a number or null. */
function askSum(
  { name, values }: Pick<Condition, 'name' | 'values'>,
  tables: readonly SQL[],
  parts: readonly SQL[],
): Question<string, number> {
  const sums = parts.map((part) => sql`coalesce((${part}), 0)`);
  return askOne<string, number>({
    name,
    keys: textKeys,
    values,
    heavy: true,
    from: sql`(with ${sql.join([...tables], sql`, `)} select ${sql.join(sums, sql` + `)} as n) as counted`,
    where: sql`true`,
    row: sql`to_json(counted.n)`,
    // There is one row.
  }) as Question<string, number>;
}
