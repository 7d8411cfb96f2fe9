import { type SQL, sql } from 'drizzle-orm';

/** A condition whose values are placeholders; `name` tells conditions of different text apart. */
export interface Condition {
  readonly name: string;
  readonly where: SQL;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface StringFilter {
  readonly eq?: string | null | undefined;
  readonly in?: readonly string[] | null | undefined;
  readonly startsWith?: string | null | undefined;
  readonly contains?: string | null | undefined;
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

/** What the user typed is text, never a LIKE pattern. */
const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');
