import { type SQL, sql } from 'drizzle-orm';
import type { ModelFilter, ModelOrder } from '../../model-list.ts';
import { modelMetrics } from './metric-tables.ts';
import type { Stretch } from './stretches.ts';
import { models } from './tables.ts';

/** The models where `where` in that order, as stretches that an index gives each. */
export function modelStretches(order: ModelOrder, filter: ModelFilter, where: SQL) {
  const { by, descending } = order;
  const name = `By${by}${descending ? 'Desc' : ''}`;
  if (by !== 'BEST_METRIC') {
    const stretch: Stretch = { from: sql`${models}`, where, order: { ...orders[by], descending } };
    return { name, values: {}, stretches: [stretch] };
  }
  const value = descending ? modelMetrics.highest : modelMetrics.lowest;
  const ofMetric = sql`${modelMetrics.key} = ${sql.placeholder('orderMetric')}::text and ${modelMetrics.framework} = ''`;
  const withValue: Stretch = {
    from: sql`${modelMetrics} join ${models} on ${models.name} = ${modelMetrics.modelName}`,
    where: sql`${ofMetric} and ${where}`,
    order: {
      columns: [sql`${value}`, sql`${modelMetrics.modelName}`],
      types: ['float8', 'text'],
      descending,
    },
  };
  const without: Stretch = {
    from: sql`${models}`,
    where: sql`not exists (select 1 from ${modelMetrics} where ${modelMetrics.modelName} = ${models.name} and ${ofMetric}) and ${where}`,
    order: { ...orders.NAME, descending },
  };
  // A filter on the metric leaves none without it, and nobody need look for them.
  const required = filter.bestMetric?.some(({ key }) => key === order.metric);
  return {
    name: `${name}${required ? 'Required' : ''}`,
    values: { orderMetric: order.metric },
    stretches: required ? [withValue] : [withValue, without],
  };
}

const orders = {
  NAME: { columns: [sql`${models.name}`], types: ['text'] },
  CREATED_AT: { columns: [sql`${models.createdAt}`, sql`${models.name}`], types: ['timestamptz', 'text'] },
  UPDATED_AT: { columns: [sql`${models.updatedAt}`, sql`${models.name}`], types: ['timestamptz', 'text'] },
};
