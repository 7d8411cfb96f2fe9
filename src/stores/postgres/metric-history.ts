import { sql } from 'drizzle-orm';
import { askAll, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import { runMetricPoints, runMetrics } from './metric-tables.ts';
import type { MetricRow } from './metrics.ts';
import type { Question } from './question.ts';

/**
 * One metric of a run, step by step, by run id; a metric that was logged without steps is one point. Of more than
 * `maxPoints` steps come the first, the last, and of each of equally long stretches the least number, the greatest
 * and the first NaN, so that neither a spike nor the NaN beside it is lost.
 */
export function metricHistory(key: string, maxPoints: number): Question<string, readonly MetricRow[]> {
  const metric = sql.placeholder('metric');
  const points = sql`select ${runMetricPoints.step} as step, ${runMetricPoints.value} as value, ${runMetricPoints.recordedAt} as recorded_at
    from ${runMetricPoints} where ${runMetricPoints.runId} = k.key and ${runMetricPoints.key} = ${metric}`;
  const inner = sql`(${sql.placeholder('maxPoints')}::bigint - 2)`;
  // Two points a stretch, three where there is a NaN: as many stretches as there is room for.
  const stretches = sql`case when nans <= ${inner} / 3 then (${inner} - nans) / 2 else ${inner} / 3 end`;
  return askAll<string, MetricRow>({
    name: 'metricHistory',
    keys: idKeys,
    values: { metric: key, maxPoints },
    from: sql`(
      select * from (
        select *, row_number() over (partition by stretch, value = 'NaN' order by value, step) as low,
          row_number() over (partition by stretch, value = 'NaN' order by value desc, step) as high
        from (
          select *, (n - 1) * (${stretches}) / total as stretch
          from (select *, row_number() over (order by step) as n, count(*) over () as total,
            count(*) filter (where value = 'NaN') over () as nans from (
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
