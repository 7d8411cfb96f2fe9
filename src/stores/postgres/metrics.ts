import { sql } from 'drizzle-orm';
import { askAll, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import { runMetrics } from './tables.ts';

export interface MetricRow {
  readonly key: string;
  /** JSON has no NaN and no infinities: those come as text. */
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity';
  readonly step: string;
  readonly recordedAt: string;
}

/** The value of the last step of each of a run's metrics, by key; with `names`, of those only. */
export function metricsOfRun(names: readonly string[] | undefined) {
  const among = names && sql` and ${runMetrics.key} = any(${sql.placeholder('names')}::text[])`;
  return askAll<string, MetricRow>({
    name: names ? 'metrics[names]' : 'metrics',
    keys: idKeys,
    from: sql`${runMetrics}`,
    where: sql`${runMetrics.runId} = k.key${among ?? sql``}`,
    ...(names && { values: { names } }),
    orderBy: sql`${runMetrics.key}`,
    row: jsonRow({
      key: runMetrics.key,
      value: runMetrics.value,
      step: sql`${runMetrics.step}::text`,
      recordedAt: runMetrics.recordedAt,
    }),
  });
}
