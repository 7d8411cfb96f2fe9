import { sql } from 'drizzle-orm';
import type { ModelFilter, ModelOrder } from '../../model-list.ts';
import type { ModelName } from '../../model-name.ts';
import { askOne, askWith, jsonRow } from './ask.ts';
import { allOf } from './filter.ts';
import { type Keys, textKeys } from './keys.ts';
import type { PageRequest } from './keyset.ts';
import { conditionsOn, whereModel } from './model-filter.ts';
import { modelStretches } from './model-order.ts';
import { countOf } from './model-sets.ts';
import { askStretches } from './stretches.ts';
import { models } from './tables.ts';

export interface ModelRow {
  readonly name: ModelName;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const row = jsonRow({
  name: models.name,
  description: models.description,
  tags: models.tags,
  createdAt: models.createdAt,
  updatedAt: models.updatedAt,
});

/** The registry's record of a model; undefined: no such model. */
export const modelRow = askOne<ModelName, ModelRow>({
  name: 'modelRow',
  keys: textKeys as Keys<ModelName>,
  from: sql`${models}`,
  where: sql`${models.name} = k.key`,
  row,
});

/** A page of all models; the key is an empty text. */
export function modelPage(filter: ModelFilter, order: ModelOrder, page: PageRequest) {
  const condition = whereModel(filter);
  const { name, values, stretches } = modelStretches(order, filter, condition.where);
  return askStretches<string, ModelRow>({
    name: `models${condition.name}${name}`,
    keys: textKeys,
    values: { ...condition.values, ...values },
    row,
    stretches,
    page,
  });
}

/** How many models match; the key is an empty text. */
export function modelCount(filter: ModelFilter) {
  const conditions = conditionsOn(filter);
  const { name, values } = allOf(conditions);
  return askWith<string, number>({
    name: `models${name}Count`,
    keys: textKeys,
    values,
    decode: Number,
    statement: () => sql`select k.i, to_json(${countOf(conditions)}) as j from ${textKeys.unnest}`,
  });
}
