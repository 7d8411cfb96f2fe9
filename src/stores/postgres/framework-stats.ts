import { type SQL, sql } from 'drizzle-orm';
import { askAll, jsonRow } from './ask.ts';
import { bucketOf, isFrom, octaveOf } from './buckets.ts';
import { isFiniteNumber, isNumber } from './columns.ts';
import { metricDays } from './day-tables.ts';
import { deviationOf, exact, meanOf, toDouble } from './exact.ts';
import { textKeys } from './keys.ts';
import { runMetrics } from './metric-tables.ts';
import { isClosed, isIn, ofOpenDays, openDays, startOf } from './open-days.ts';
import type { Question } from './question.ts';

/** How the runs of one framework ended; over finite values only. */
export interface FrameworkStatsRow {
  readonly framework: string;
  readonly totalRuns: number;
  readonly average: number;
  readonly highest: number;
  readonly lowest: number;
  readonly p50: number;
  /** Of the sample; null for a single run, and where no double can hold it. */
  readonly stddev: number | null;
}

/**
 * A metric → its frameworks by name; with `since` (RFC 3339) over runs registered then or later. Exact: adds up the days that
 * are summarised, and reads the values of those that are not, and of the bucket in which each median lies.
 */
export function frameworkStats(since: string | null): Question<string, readonly FrameworkStatsRow[]> {
  return askAll<string, FrameworkStatsRow>({
    name: since === null ? 'frameworkStats' : 'frameworkStats[since]',
    keys: textKeys,
    heavy: true,
    ...(since !== null && { values: { since } }),
    from: sql`(${stats(since === null ? undefined : sql`${sql.placeholder('since')}::timestamptz`)}) as stats`,
    where: sql`true`,
    orderBy: sql`framework`,
    row: jsonRow({
      framework: sql`framework`,
      totalRuns: sql`runs`,
      average: meanOf(sql`runs`, sql`total`),
      highest: sql`highest`,
      lowest: sql`lowest`,
      p50: toDouble(sql`p50`),
      stddev: deviationOf(sql`runs`, sql`total`, sql`squares`),
    }),
  });
}

function stats(since: SQL | undefined): SQL {
  const { key, value, framework, runCreatedAt } = runMetrics;
  const isOfMetric = sql`${key} = k.key and ${isFiniteNumber(value)}`;
  const isRecent = (moment: SQL) => (since ? sql` and ${moment} >= ${since}` : sql``);
  return sql`with ${openDays(since ? [since] : [])},
    summarised as materialized (
      select ${metricDays}.* from ${metricDays} where ${metricDays.key} = k.key${isRecent(startOf(metricDays.day))}
        and ${isClosed(metricDays.day)}
    ), open as materialized (
      select of_day.* from ${ofOpenDays(sql`select ${framework} as framework, ${value} as value, ${exact(value)} as exact,
          ${bucketOf(value)} as bucket
        from ${runMetrics} where ${isOfMetric} and ${isIn(runCreatedAt, sql`open_days.day`)}${isRecent(sql`${runCreatedAt}`)}`)}
    ), ${sums}, ${middles}
    select sums.*, p50 from sums join middle_buckets using (framework) cross join lateral (
      select avg(${exact(sql`value`)}) as p50 from (
        select ${value} as value from ${runMetrics} where ${isOfMetric} and ${isNumber(value)}
          and ${isFrom(value, sql`middle_buckets.bucket`)} and ${framework} = sums.framework${isRecent(sql`${runCreatedAt}`)}
        order by ${value} offset middle_buckets.skipped limit 2 - sums.runs % 2
      ) two
    ) median`;
}

const sums = sql`octaves as (
      select framework, octave, sum(runs) as runs, sum(total) as total, sum(squares) as squares, min(lowest) as lowest,
        max(highest) as highest
      from (
        select framework, octave, runs, total, squares, lowest, highest from summarised
        union all select framework, ${octaveOf(sql`bucket`)}, count(*), sum(exact), sum(exact * exact), min(value), max(value)
        from open group by 1, 2
      ) parts group by 1, 2
    ), sums as materialized (
      select framework, sum(runs)::int as runs, sum(total) as total, sum(squares) as squares, min(lowest) as lowest,
        max(highest) as highest
      from octaves group by 1
    )`;

// Of each framework the octave, and then its bucket, in which the middle value lies, and how many of the bucket come before it.
const middles = sql`middle_octaves as materialized (
      select distinct on (framework) framework, octave, (runs_of_all + 1) / 2 as middle, upto - runs as before from (
        select *, sum(runs) over (partition by framework order by octave) as upto,
          (select runs from sums where sums.framework = octaves.framework) as runs_of_all
        from octaves
      ) running where upto >= (runs_of_all + 1) / 2 order by framework, octave
    ), buckets as (
      select framework, bucket, sum(runs) as runs from (
        select framework, b.* from middle_octaves join summarised using (framework, octave)
          cross join unnest(buckets, bucket_runs) as b (bucket, runs)
        union all select framework, bucket, count(*) from middle_octaves join open using (framework)
        where ${octaveOf(sql`bucket`)} = octave group by 1, 2
      ) parts group by 1, 2
    ), middle_buckets as materialized (
      select distinct on (framework) framework, bucket, (middle - 1 - (before + upto - runs))::bigint as skipped from (
        select *, sum(runs) over (partition by framework order by bucket) as upto from buckets
      ) running join middle_octaves using (framework) where before + upto >= middle order by framework, bucket
    )`;
