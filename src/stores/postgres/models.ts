import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askCount, askOne, askPage, jsonRow } from './ask.ts';
import { type Keys, textKeys } from './keys.ts';
import type { Order, PageRequest } from './keyset.ts';
import { type ModelFilter, whereModel } from './model-filter.ts';
import { models } from './tables.ts';

export interface ModelRow {
  readonly name: ModelName;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type ModelOrderField = 'NAME' | 'CREATED_AT' | 'UPDATED_AT';

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
export function modelPage(filter: ModelFilter, by: ModelOrderField, descending: boolean, page: PageRequest) {
  const { name, where, values } = whereModel(filter);
  return askPage<string, ModelRow>({
    name: `models${name}By${by}${descending ? 'Desc' : ''}`,
    keys: textKeys,
    from: sql`${models}`,
    where,
    values,
    row,
    order: { ...orders[by], descending },
    page,
  });
}

/** How many models match; the key is an empty text. */
export function modelCount(filter: ModelFilter) {
  const { name, where, values } = whereModel(filter);
  return askCount<string>({ name: `models${name}`, keys: textKeys, from: sql`${models}`, where, values });
}

const orders: Record<ModelOrderField, Omit<Order, 'descending'>> = {
  NAME: { columns: [sql`${models.name}`], types: ['text'] },
  CREATED_AT: { columns: [sql`${models.createdAt}`, sql`${models.name}`], types: ['timestamptz', 'text'] },
  UPDATED_AT: { columns: [sql`${models.updatedAt}`, sql`${models.name}`], types: ['timestamptz', 'text'] },
};
