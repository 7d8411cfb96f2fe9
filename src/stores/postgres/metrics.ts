import { sql } from 'drizzle-orm';
import { askAll, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import { runMetrics } from './metric-tables.ts';

export interface MetricRow {
  readonly key: string;
  /** JSON has no NaN and no infinities: those come as text. */
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity';
  readonly step: string;
  readonly recordedAt: string;
}

const ofRun = {
  keys: idKeys,
  from: sql`${runMetrics}`,
  orderBy: sql`${runMetrics.key}`,
  row: jsonRow({
    key: runMetrics.key,
    value: runMetrics.value,
    step: sql`${runMetrics.step}::text`,
    recordedAt: runMetrics.recordedAt,
  }),
};
const where = sql`${runMetrics.runId} = k.key`;
const whereNamed = sql`${where} and ${runMetrics.key} = any(${sql.placeholder('names')}::text[])`;

const all = askAll<string, MetricRow>({ name: 'metrics', where, ...ofRun });

/** The value of the last step of each of a run's metrics, by key; with `names`, of those only. */
export const metricsOfRun = (names: readonly string[] | undefined) =>
  names
    ? askAll<string, MetricRow>({ name: 'metrics[names]', where: whereNamed, values: { names }, ...ofRun })
    : all;
