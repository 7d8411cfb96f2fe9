import { sql } from 'drizzle-orm';
import { askAll, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import type { MetricRow } from './metrics.ts';
import type { Question } from './question.ts';
import { runMetricPoints, runMetrics } from './tables.ts';

/**
 * One metric of a run, step by step, by run id; a metric that was logged without steps is one point. Of more than
 * `maxPoints` steps come the first, the last, and of each of equally long stretches the least and the greatest value
 * (NaN is the greatest), so that no spike is lost.
 */
export function metricHistory(key: string, maxPoints: number): Question<string, readonly MetricRow[]> {
  const metric = sql.placeholder('metric');
  const points = sql`select ${runMetricPoints.step} as step, ${runMetricPoints.value} as value, ${runMetricPoints.recordedAt} as recorded_at
    from ${runMetricPoints} where ${runMetricPoints.runId} = k.key and ${runMetricPoints.key} = ${metric}`;
  return askAll<string, MetricRow>({
    name: 'metricHistory',
    keys: idKeys,
    values: { metric: key, maxPoints, stretches: Math.floor((maxPoints - 2) / 2) },
    from: sql`(
      select * from (
        select *, row_number() over (partition by stretch order by value, step) as low,
          row_number() over (partition by stretch order by value desc, step) as high
        from (
          select *, (n - 1) * ${sql.placeholder('stretches')}::bigint / total as stretch
          from (select *, row_number() over (order by step) as n, count(*) over () as total from (
            ${points}
            union all
            select ${runMetrics.step}, ${runMetrics.value}, ${runMetrics.recordedAt} from ${runMetrics}
            where ${runMetrics.runId} = k.key and ${runMetrics.key} = ${metric} and not exists (${points})
          ) as logged) as numbered
        ) as stretched
      ) as ranked
      where total <= ${sql.placeholder('maxPoints')}::bigint or n in (1, total) or low = 1 or high = 1
    ) as history`,
    where: sql`true`,
    orderBy: sql`step`,
    row: jsonRow({
      key: sql`${metric}::text`,
      value: sql`value`,
      step: sql`step::text`,
      recordedAt: sql`recorded_at`,
    }),
  });
}
