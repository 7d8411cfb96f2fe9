import { type SQLWrapper, sql } from 'drizzle-orm';
import type { TagFilter } from '../../model-list.ts';
import { type Condition, whereString } from './filter.ts';

/** Which rows have such a tag among those of the column; all conditions must hold together. `id` must be unlike that of any other filter. */
export function whereTag(id: string, tags: SQLWrapper, { key, value }: TagFilter): Condition[] {
  const { eq, ...rest } = value ?? {};
  // Containment and existence are what a GIN index on tags answers; the other operators only narrow.
  const indexed: Condition =
    eq == null
      ? { name: `[${id}]`, where: sql`${tags} ? ${sql.placeholder(id)}::text`, values: { [id]: key } }
      : {
          name: `[${id}Is]`,
          where: sql`${tags} @> ${sql.placeholder(`${id}Is`)}::jsonb`,
          values: { [`${id}Is`]: { [key]: eq } },
        };
  const keyId = `${id}Key`;
  const narrowing = whereString(id, sql`(${tags} ->> ${sql.placeholder(keyId)}::text)`, rest);
  return [
    indexed,
    ...narrowing.map((condition) => ({ ...condition, values: { ...condition.values, [keyId]: key } })),
  ];
}
