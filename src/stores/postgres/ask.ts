import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Keys } from './keys.ts';
import {
  decodePage,
  keyset,
  keysetName,
  keysetValues,
  type Order,
  type PageRequest,
  type PageRows,
} from './keyset.ts';
import { type Question, shapeOf } from './question.ts';

/** Rows to read: `from` and `where` may refer to the key as `k`. `name` tells the variants of `where` apart. */
interface Rows<Key> {
  readonly name: string;
  readonly keys: Keys<Key>;
  readonly from: SQL;
  readonly where: SQL;
  readonly values?: Readonly<Record<string, unknown>>;
  /** See `Question`. */
  readonly heavy?: boolean;
}

/** JSON of one row, built by the server: bigint as text, timestamps with microseconds, NaN and infinities as text. */
export function jsonRow(columns: Readonly<Record<string, SQLWrapper>>): SQL {
  const members = Object.entries(columns).map(([name, column]) => sql`${sql.raw(`'${name}'`)}, ${column}`);
  return sql`json_build_object(${sql.join(members, sql`, `)})`;
}

/** At most one row a key; undefined where there is none. `orderBy` says which, should several match. */
export function askOne<Key, Row>(
  rows: Rows<Key> & { row: SQL; orderBy?: SQL },
): Question<Key, Row | undefined> {
  return question(
    rows,
    '',
    {},
    (json) => json as Row | undefined,
    () => {
      const order = rows.orderBy ? sql` order by ${rows.orderBy} limit 1` : sql``;
      return sql`select k.i, l.j from ${rows.keys.unnest} cross join lateral
      (select ${rows.row} as j from ${rows.from} where ${rows.where}${order}) l`;
    },
  );
}

/** All rows of a key, in order; only for what is few by nature, such as a model's aliases. */
export function askAll<Key, Row>(
  rows: Rows<Key> & { row: SQL; orderBy: SQL },
): Question<Key, readonly Row[]> {
  return question(
    rows,
    '',
    {},
    (json) => (json ?? []) as Row[],
    () =>
      sql`select k.i, l.j from ${rows.keys.unnest} cross join lateral (select json_agg(p.j) as j from
      (select ${rows.row} as j from ${rows.from} where ${rows.where} order by ${rows.orderBy}) p) l`,
  );
}

/** One page of a key's rows. */
export function askPage<Key, Row>(
  rows: Rows<Key> & { row: SQL; order: Order; page: PageRequest },
): Question<Key, PageRows<Row>> {
  const decode = decodePage(rows.page, (json) => json as Row);
  return question(rows, `Page${keysetName(rows.page)}`, keysetValues(rows.page), decode, () => {
    const { where, orderBy, limit } = keyset(rows.order, rows.page);
    return sql`select k.i, l.j from ${rows.keys.unnest} cross join lateral (select json_agg(p.j) as j from
      (select ${rows.row} as j from ${rows.from} where ${rows.where} and ${where} order by ${orderBy} limit ${limit}) p) l`;
  });
}

/** How many rows a key has. */
export function askCount<Key>(rows: Rows<Key>): Question<Key, number> {
  return question(
    rows,
    'Count',
    {},
    Number,
    () =>
      sql`select k.i, to_json(l.n) as j from ${rows.keys.unnest} cross join lateral
      (select count(*) as n from ${rows.from} where ${rows.where}) l`,
  );
}

function question<Key, Row>(
  { name, keys, values = {}, heavy = false }: Rows<Key>,
  suffix: string,
  moreValues: Readonly<Record<string, unknown>>,
  decode: (json: unknown) => Row,
  statement: () => SQL,
): Question<Key, Row> {
  return askWith({
    name: name + suffix,
    keys,
    values: { ...values, ...moreValues },
    heavy,
    decode,
    statement,
  });
}

/** A question of any form. Its statement is compiled when its name is first met, and must be the same ever after. */
export function askWith<Key, Row>({
  name,
  keys,
  values,
  heavy = false,
  decode,
  statement,
}: {
  readonly name: string;
  readonly keys: Keys<Key>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly heavy?: boolean;
  readonly decode: (json: unknown) => Row;
  readonly statement: () => SQL;
}): Question<Key, Row> {
  const shape = shapeOf(name, statement);
  return {
    id: Object.keys(values).length === 0 ? shape.name : `${shape.name} ${JSON.stringify(values)}`,
    shape,
    heavy,
    values,
    keyOf: keys.keyOf,
    columns: keys.columns,
    decode,
  };
}
