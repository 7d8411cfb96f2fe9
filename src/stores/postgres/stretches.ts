import { type SQL, sql } from 'drizzle-orm';
import { askWith } from './ask.ts';
import type { Keys } from './keys.ts';
import { keyset, keysetName, keysetValues, type Order, type PageRequest, type PageRows } from './keyset.ts';
import type { Question } from './question.ts';

/** A part of a list that an index gives in order; a list is one, or several one after another. */
export interface Stretch {
  readonly from: SQL;
  readonly where: SQL;
  readonly order: Order;
}

/** A row that knows where it stands: the number of its stretch, and its order key as PostgreSQL writes it. */
export type Placed<Row> = Row & { readonly orderKey: readonly string[] };

/** Rows that a condition finds by an index of its own, by their id. */
export interface Hits {
  /** A select of ids; may refer to the key as `k`. */
  readonly ids: SQL;
  readonly of: SQL;
}

interface Stretches<Key> {
  /** Tells the variants of the stretches apart. */
  readonly name: string;
  readonly keys: Keys<Key>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly row: SQL;
  readonly stretches: readonly Stretch[];
  readonly page: PageRequest;
  /** Part of every stretch's `where` already. */
  readonly hits?: Hits | undefined;
}

/**
 * One page of a key's rows across stretches, such as the models with a metric and then those without. A stretch is
 * read only as far as those before it leave room, so a page costs what it shows.
 */
export function askStretches<Key, Row>(list: Stretches<Key>): Question<Key, PageRows<Placed<Row>>> {
  const { keys, row, page } = list;
  const parts = partsOf(list);
  return askWith({
    name: `${list.name}Page${parts.map(({ name }) => name).join('')}`,
    keys,
    values: { ...list.values, ...Object.assign({}, ...parts.map(({ bounds }) => keysetValues(bounds))) },
    decode: (json) => decode<Row>(page, json),
    statement: () => {
      const { join, ways } = waysTo(list.hits);
      const lists = parts.map(({ number, stretch, bounds }, n) => {
        const { where, orderBy, limit } = keyset(stretch.order, bounds);
        const place = sql.join(
          [sql`${sql.raw(`'${number}'`)}`, ...stretch.order.columns.map(asText)],
          sql`, `,
        );
        const before = sql.raw(`s${n - 1}.n`);
        const rows = ways.map(
          (way) => sql`(select json_build_array(${row}, json_build_array(${place})) as j from ${stretch.from}
            where ${stretch.where} and ${where}${way} order by ${orderBy} limit ${limit})`,
        );
        const all = sql.join(rows, sql` union all `);
        // The limit within is for the planner, which takes a calculated one for a tenth of the rows.
        const [shown, n0] =
          n === 0
            ? [all, sql``]
            : [sql`select j from (${all}) a limit ${limit} - ${before}`, sql`${before} + `];
        return sql`cross join lateral (select json_agg(p.j) as j, ${n0}count(*) as n from (${shown}) p) ${sql.raw(`s${n}`)}`;
      });
      const found = parts.map((_, n) => sql.raw(`s${n}.j`));
      return sql`select k.i, json_build_array(${sql.join(found, sql`, `)}) as j
        from ${keys.unnest} ${join} ${sql.join(lists, sql` `)}`;
    },
  });
}

const fewHits = 5_000;

/**
 * Two ways to the same rows, of which only one is gone: few hits are looked up and sorted, and among many a page is
 * soon full when the list is gone through in order. PostgreSQL would guess, and go through millions of rows for nothing.
 */
function waysTo(hits: Hits | undefined): { join: SQL; ways: readonly SQL[] } {
  if (!hits) return { join: sql``, ways: [sql``] };
  const few = sql.raw(String(fewHits));
  return {
    join: sql`cross join lateral (select array_agg(f.id) as ids, count(*) as n from
      (select id from (${hits.ids}) a(id) limit ${few} + 1) f) h`,
    ways: [sql` and h.n <= ${few} and ${hits.of} = any(h.ids)`, sql` and h.n > ${few}`],
  };
}

const asText = (column: SQL) => sql`${column}::text`;

interface Part {
  readonly name: string;
  readonly number: number;
  readonly stretch: Stretch;
  /** The page's bounds, where they lie in this stretch. */
  readonly bounds: PageRequest;
}

/** The stretches that the page's bounds leave, in the direction of paging. */
function partsOf({ stretches, page }: Pick<Stretches<unknown>, 'stretches' | 'page'>): Part[] {
  const { after, before, limit, backwards } = page;
  const within = (number: number, bound: readonly string[] | undefined) =>
    bound && Number(bound[0]) === number ? bound.slice(1) : undefined;
  const [from, until] = [Number(after?.[0] ?? 0), Number(before?.[0] ?? stretches.length - 1)];
  const parts = stretches.flatMap((stretch, number): Part[] => {
    if (number < from || number > Math.max(from, until)) return [];
    const bounds = { limit, backwards, after: within(number, after), before: within(number, before) };
    // Bounds the wrong way round, each in a stretch of its own, leave nothing of either.
    const shown = until < from ? { ...stretch, where: sql`false` } : stretch;
    const name = `${until < from ? 'None' : ''}${number}${keysetName(bounds)}`;
    return [{ name, number, stretch: shown, bounds }];
  });
  return backwards ? parts.reverse() : parts;
}

function decode<Row>({ limit, backwards }: PageRequest, json: unknown): PageRows<Placed<Row>> {
  const all = (json as ([Row, string[]][] | null)[]).flatMap((part) => part ?? []);
  const rows = all.slice(0, limit).map(([row, orderKey]): Placed<Row> => ({ ...row, orderKey }));
  return { rows: backwards ? rows.reverse() : rows, hasMore: all.length > limit };
}
