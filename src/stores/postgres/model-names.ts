import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll } from './ask.ts';
import { textKeys } from './keys.ts';
import { models } from './tables.ts';

export const namesPerPage = 1_000;

/** The next thousand names of models behind a name, in the order of the index. */
export const namesAfter = askAll<string, ModelName>({
  name: 'namesAfter',
  keys: textKeys,
  from: sql`(select ${models.name} as name from ${models} where ${models.name} > k.key
    order by ${models.name} limit ${sql.raw(String(namesPerPage))}) page`,
  where: sql`true`,
  orderBy: sql`page.name`,
  row: sql`to_json(page.name)`,
});
