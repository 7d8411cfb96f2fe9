import { type SQL, sql } from 'drizzle-orm';
import type { DateTimeFilter, FloatFilter, StringFilter } from '../../value-filter.ts';

/** A condition whose values are placeholders; `name` tells conditions of different text apart. */
export interface Condition {
  readonly name: string;
  readonly where: SQL;
  readonly values: Readonly<Record<string, unknown>>;
}

const everything: Condition = { name: '', where: sql`true`, values: {} };

/** All conditions must hold. */
export function allOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  if (!only) return everything;
  return {
    name: conditions.map(({ name }) => name).join(''),
    where: sql.join(
      conditions.map(({ where }) => where),
      sql` and `,
    ),
    values: Object.assign({}, ...conditions.map(({ values }) => values)),
  };
}

/** Every operator given must hold for the text; `name` must be unlike that of any other filter in the statement. */
export function whereString(name: string, text: SQL, filter: StringFilter | null | undefined): Condition[] {
  if (!filter) return [];
  const condition = (operator: string, where: (value: SQL) => SQL, value: unknown): Condition => {
    const id = `${name}${operator}`;
    return { name: `[${id}]`, where: where(sql`${sql.placeholder(id)}`), values: { [id]: value } };
  };
  const { eq, in: among, startsWith, contains } = filter;
  return [
    ...(eq == null ? [] : [condition('Is', (value) => sql`${text} = ${value}::text`, eq)]),
    ...(among == null ? [] : [condition('In', (value) => sql`${text} = any(${value}::text[])`, among)]),
    ...(startsWith == null
      ? []
      : [condition('Starts', (value) => sql`${text} like ${value}::text`, `${literally(startsWith)}%`)]),
    ...(contains == null
      ? []
      : [condition('Has', (value) => sql`${text} like ${value}::text`, `%${literally(contains)}%`)]),
  ];
}

const comparisons = { eq: sql`=`, gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const;

/** Every operator given must hold for the number; NaN must have been ruled out, for PostgreSQL has it above all numbers. */
export function whereFloat(name: string, number: SQL, filter: FloatFilter): Condition[] {
  return whereCompared(name, number, 'float8', filter);
}

export function whereMoment(
  name: string,
  moment: SQL,
  filter: DateTimeFilter | null | undefined,
): Condition[] {
  return whereCompared(name, moment, 'timestamptz', filter ?? {});
}

function whereCompared(
  name: string,
  column: SQL,
  type: string,
  operands: { readonly [Operator in keyof typeof comparisons]?: unknown },
): Condition[] {
  const operators = Object.keys(comparisons) as (keyof typeof comparisons)[];
  return operators.flatMap((operator) => {
    const id = `${name}.${operator}`;
    if (operands[operator] == null) return [];
    const where = sql`${column} ${comparisons[operator]} ${sql.placeholder(id)}::${sql.raw(type)}`;
    return [{ name: `[${id}]`, where, values: { [id]: operands[operator] } }];
  });
}

/** At least one of the conditions must hold. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return {
    name: `(${conditions.map(({ name }) => name).join('|')})`,
    where: sql`(${sql.join(
      conditions.map(({ where }) => sql`(${where})`),
      sql` or `,
    )})`,
    values: Object.assign({}, ...conditions.map(({ values }) => values)),
  };
}

/** The condition, which must never be null, must not hold. */
export const not = ({ name, where, values }: Condition): Condition => ({
  name: `!(${name})`,
  where: sql`not (${where})`,
  values,
});

/** What the user typed is text, never a LIKE pattern. */
const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');
