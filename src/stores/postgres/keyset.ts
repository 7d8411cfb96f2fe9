import { type SQL, sql } from 'drizzle-orm';

/** A stretch of an ordered list. Bounds are order keys as text, at the store's precision, and are not part of it. */
export interface PageRequest {
  readonly limit: number;
  /** True: the last `limit` before the end, or before `before`. */
  readonly backwards: boolean;
  readonly after?: readonly string[] | undefined;
  readonly before?: readonly string[] | undefined;
}

export interface PageRows<Row> {
  readonly rows: readonly Row[];
  /** Whether the list goes on beyond these rows, in the direction of paging. */
  readonly hasMore: boolean;
}

/** What orders the list: columns that together are unique, all in one direction. */
export interface Order {
  readonly columns: readonly SQL[];
  readonly types: readonly string[];
  readonly descending: boolean;
}

/** `where` and `order by` of one page; placeholders `after0…`, `before0…` and `limit`, the latter one more than asked. */
export function keyset(order: Order, page: PageRequest): { where: SQL; orderBy: SQL; limit: SQL } {
  const forwards = order.descending ? sql`<` : sql`>`;
  const backwards = order.descending ? sql`>` : sql`<`;
  const conditions = [
    ...(page.after ? [sql`${row(order.columns)} ${forwards} ${bound('after', order.types)}`] : []),
    ...(page.before ? [sql`${row(order.columns)} ${backwards} ${bound('before', order.types)}`] : []),
  ];
  const direction = order.descending === page.backwards ? sql`asc` : sql`desc`;
  return {
    where: conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`,
    orderBy: sql.join(
      order.columns.map((column) => sql`${column} ${direction}`),
      sql`, `,
    ),
    limit: sql`${sql.placeholder('limit')}`,
  };
}

/** Tells the variants of `keyset` apart, without making one. */
export const keysetName = ({ backwards, after, before }: PageRequest): string =>
  `${backwards ? 'Before' : ''}${after ? 'A' : ''}${before ? 'B' : ''}`;

/** The values of `keyset`'s placeholders. */
export function keysetValues(page: PageRequest): Record<string, unknown> {
  return {
    limit: page.limit + 1,
    ...Object.fromEntries((page.after ?? []).map((value, n) => [`after${n}`, value])),
    ...Object.fromEntries((page.before ?? []).map((value, n) => [`before${n}`, value])),
  };
}

/** The statement's JSON array → rows in the list's order, without the one read to see whether it goes on. */
export function decodePage<Row>(
  page: PageRequest,
  decodeRow: (json: unknown) => Row,
): (json: unknown) => PageRows<Row> {
  return (json) => {
    const all = (json ?? []) as unknown[];
    const rows = all.slice(0, page.limit).map(decodeRow);
    return { rows: page.backwards ? rows.reverse() : rows, hasMore: all.length > page.limit };
  };
}

const row = (columns: readonly SQL[]) => sql`(${sql.join([...columns], sql`, `)})`;

const bound = (side: string, types: readonly string[]) =>
  row(types.map((type, n) => sql`${sql.placeholder(`${side}${n}`)}::${sql.raw(type)}`));
