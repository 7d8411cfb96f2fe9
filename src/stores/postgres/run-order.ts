import { type SQL, sql } from 'drizzle-orm';
import { isNumber, runDuration } from './columns.ts';
import { runMetrics } from './metric-tables.ts';
import type { RunFilter } from './run-filter.ts';
import type { Stretch } from './stretches.ts';
import { trainingRuns } from './tables.ts';

/** Runs without an end or without the metric, and those where it is NaN, come last in both directions. */
export type RunOrder =
  | { readonly by: 'CREATED_AT' | 'DURATION'; readonly descending: boolean }
  | { readonly by: 'METRIC'; readonly metric: string; readonly descending: boolean };

const from = sql`${trainingRuns}`;
const byCreation = {
  columns: [sql`${trainingRuns.createdAt}`, sql`${trainingRuns.id}`],
  types: ['timestamptz', 'uuid'],
};

/** The runs where `where` in that order, as stretches that an index gives each; `ofModel`: they are of the model `k.key`. */
export function runStretches(order: RunOrder, filter: RunFilter, where: SQL, ofModel: boolean) {
  const { descending } = order;
  const name = `By${order.by}${descending ? 'Desc' : ''}`;
  if (order.by === 'CREATED_AT') {
    return { name, values: {}, stretches: [{ from, where, order: { ...byCreation, descending } }] };
  }
  if (order.by !== 'METRIC') {
    const duration = runDuration(trainingRuns);
    const ended = { columns: [duration, sql`${trainingRuns.id}`], types: ['numeric', 'uuid'], descending };
    const stretches: Stretch[] = [
      { from, where: sql`${duration} is not null and ${where}`, order: ended },
      { from, where: sql`${duration} is null and ${where}`, order: { ...byCreation, descending } },
    ];
    return { name, values: {}, stretches };
  }
  const { metric } = order;
  const ofMetric = sql`${runMetrics.key} = ${sql.placeholder('orderMetric')}::text and ${isNumber(runMetrics.value)}`;
  const measured: Stretch = {
    from: sql`${runMetrics} join ${trainingRuns} on ${trainingRuns.id} = ${runMetrics.runId}`,
    where: sql`${ofMetric}${ofModel ? sql` and ${runMetrics.modelName} = k.key` : sql``} and ${where}`,
    order: {
      columns: [sql`${runMetrics.value}`, sql`${runMetrics.runId}`],
      types: ['float8', 'uuid'],
      descending,
    },
  };
  const unmeasured: Stretch = {
    from,
    where: sql`not exists (select 1 from ${runMetrics} where ${runMetrics.runId} = ${trainingRuns.id} and ${ofMetric}) and ${where}`,
    order: { ...byCreation, descending },
  };
  // A filter on the metric leaves none without it, and nobody need look for them.
  const required = filter.metrics?.some(({ key }) => key === metric);
  return {
    name: `${name}${required ? 'Required' : ''}`,
    values: { orderMetric: metric },
    stretches: required ? [measured] : [measured, unmeasured],
  };
}
