import { sql } from 'drizzle-orm';
import { allOf, type Condition, type StringFilter, whereString } from './filter.ts';
import { models, trainingRuns } from './tables.ts';

export interface TagFilter {
  readonly key: string;
  readonly value?: StringFilter | null | undefined;
}

export interface ModelFilter {
  readonly name?: StringFilter | null | undefined;
  /** Models that were ever trained with such a framework. */
  readonly framework?: StringFilter | null | undefined;
  readonly tags?: readonly TagFilter[] | null | undefined;
}

/** Which models match; refers to the table `models`. */
export function whereModel(filter: ModelFilter): Condition {
  return allOf([
    ...whereString('name', sql`${models.name}`, filter.name),
    ...whereFramework(filter.framework),
    ...(filter.tags ?? []).flatMap(whereTag),
  ]);
}

function whereFramework(filter: StringFilter | null | undefined): Condition[] {
  const conditions = whereString('framework', sql`${trainingRuns.framework}`, filter);
  if (conditions.length === 0) return [];
  const { name, where, values } = allOf(conditions);
  const exists = sql`exists (select 1 from ${trainingRuns} where ${trainingRuns.modelName} = ${models.name} and ${where})`;
  return [{ name, where: exists, values }];
}

function whereTag({ key, value }: TagFilter, n: number): Condition[] {
  const id = `tag${n}`;
  const { eq, ...rest } = value ?? {};
  // Containment and existence are what the GIN index on tags answers; the other operators only narrow.
  const indexed: Condition =
    eq == null
      ? { name: `[${id}]`, where: sql`${models.tags} ? ${sql.placeholder(id)}::text`, values: { [id]: key } }
      : {
          name: `[${id}Is]`,
          where: sql`${models.tags} @> ${sql.placeholder(`${id}Is`)}::jsonb`,
          values: { [`${id}Is`]: { [key]: eq } },
        };
  const keyId = `${id}Key`;
  const narrowing = whereString(id, sql`(${models.tags} ->> ${sql.placeholder(keyId)}::text)`, rest);
  return [
    indexed,
    ...narrowing.map((condition) => ({ ...condition, values: { ...condition.values, [keyId]: key } })),
  ];
}
