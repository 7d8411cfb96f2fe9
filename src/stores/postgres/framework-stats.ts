import { sql } from 'drizzle-orm';
import { askAll, jsonRow } from './ask.ts';
import { textKeys } from './keys.ts';
import { deviationOf, meanOf } from './moments.ts';
import type { Question } from './question.ts';
import { runMetrics } from './tables.ts';

/** How the runs of one framework ended; over finite values only. */
export interface FrameworkStatsRow {
  readonly framework: string;
  readonly totalRuns: number;
  readonly average: number;
  readonly highest: number;
  readonly lowest: number;
  /** Null halfway between two values that are further apart than a double reaches. */
  readonly p50: number | null;
  /** Of the sample; null for a single run, and where no double can hold it. */
  readonly stddev: number | null;
}

/**
 * A metric → its frameworks by name; with `since` (RFC 3339) over runs registered then or later. Reads each of those
 * runs' values once, from an index: an exact median and spread cannot be had for less.
 */
export function frameworkStats(since: string | null): Question<string, readonly FrameworkStatsRow[]> {
  const ends = sql`${runMetrics} where ${runMetrics.key} = k.key and ${runMetrics.value} > '-Infinity' and ${runMetrics.value} < 'Infinity'`;
  const recentEnds = sql`${ends} and ${runMetrics.runCreatedAt} >= ${sql.placeholder('since')}::timestamptz`;
  return askAll<string, FrameworkStatsRow>({
    name: since === null ? 'frameworkStats' : 'frameworkStats[since]',
    keys: textKeys,
    heavy: true,
    ...(since !== null && { values: { since } }),
    from: sql`(select ${runMetrics.framework} as framework, count(*)::int as total_runs, ${meanOf(runMetrics.value)} as average,
        max(${runMetrics.value}) as highest, min(${runMetrics.value}) as lowest, ${deviationOf(runMetrics.value)} as stddev,
        percentile_cont(0.5) within group (order by ${runMetrics.value}) as p50
      from ${since === null ? ends : recentEnds}
      group by ${runMetrics.framework}) as stats`,
    where: sql`true`,
    orderBy: sql`framework`,
    row: jsonRow({
      framework: sql`framework`,
      totalRuns: sql`total_runs`,
      average: sql`average`,
      highest: sql`highest`,
      lowest: sql`lowest`,
      p50: sql`case when abs(p50) < 'Infinity' then p50 end`,
      stddev: sql`stddev`,
    }),
  });
}
