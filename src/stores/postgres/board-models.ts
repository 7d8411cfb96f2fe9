import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askOne } from './ask.ts';
import { type Keys, textKeys } from './keys.ts';
import { modelMetrics } from './metric-tables.ts';
import { models } from './tables.ts';

/** Whether there is such a model: `true`, or undefined. */
export const modelIsThere = askOne<ModelName, true>({
  name: 'modelIsThere',
  keys: textKeys as Keys<ModelName>,
  from: sql`${models}`,
  where: sql`${models.name} = k.key`,
  row: sql`to_json(true)`,
});

/** Whether any model's runs were measured by this metric, finitely: `true`, or undefined. */
export const metricIsThere = askOne<string, true>({
  name: 'metricIsThere',
  keys: textKeys,
  from: sql`${modelMetrics}`,
  where: sql`${modelMetrics.key} = k.key and ${modelMetrics.framework} = ''`,
  orderBy: sql`${modelMetrics.highest}`,
  row: sql`to_json(true)`,
});
