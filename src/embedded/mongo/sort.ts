import { type Document, MinKey } from 'bson';
import { MongoError } from './errors.ts';
import { compareValues } from './order.ts';
import { elementsAt } from './paths.ts';
import { isObject, toCount } from './values.ts';

/** Documents in typed form → the same in order, or the first of them. */
export type Sorter = (documents: readonly Document[], limit?: number) => Document[];

interface Key {
  readonly path: readonly string[];
  readonly sign: number;
}

/** A document, and what it is sorted by, which is found once and not at every comparison. */
interface Entry {
  readonly document: Document;
  readonly by: readonly unknown[];
}

/** Sort specification → sorter; undefined when there is nothing to sort by. Fails with BadValue, or TypeMismatch. */
export function createSorter(sort: unknown): Sorter | undefined {
  if (sort === undefined) return undefined;
  if (!isObject(sort)) throw new MongoError('TypeMismatch', "Expected field 'sort' to be of type object");
  const keys = Object.entries(sort).map(([path, direction]): Key => {
    const sign = toCount(direction);
    if (sign !== 1 && sign !== -1)
      throw new MongoError(
        'BadValue',
        `$sort key ordering must be 1 (for ascending) or -1 (for descending): ${path}`,
      );
    return { path: path.split('.'), sign };
  });
  if (keys.length === 0) return undefined;
  const compare = (a: Entry, b: Entry): number => {
    for (let n = 0; n < keys.length; n += 1) {
      const order = compareKeys(a.by[n], b.by[n]);
      if (order !== 0) return order * (keys[n] as Key).sign;
    }
    return 0;
  };
  return (documents, limit = Number.POSITIVE_INFINITY) => {
    const entries = documents.map((document) => ({
      document,
      by: keys.map(({ path, sign }) => sortKey(document, path, sign)),
    }));
    const first = limit < entries.length / 10 ? firstOf(entries, limit, compare) : entries.sort(compare);
    return first.slice(0, limit).map(({ document }) => document);
  };
}

/** The first few in order, without sorting the others. */
function firstOf(entries: readonly Entry[], limit: number, compare: (a: Entry, b: Entry) => number): Entry[] {
  const first: Entry[] = [];
  for (const entry of entries) {
    const last = first[limit - 1];
    // Of equal ones the earlier stays.
    if (last && compare(last, entry) <= 0) continue;
    const at = first.findLastIndex((other) => compare(other, entry) <= 0) + 1;
    first.splice(at, 0, entry);
    first.length = Math.min(first.length, limit);
  }
  return first;
}

// An empty array is sorted before null, after MinKey only. https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
const emptyArray = Symbol('empty array');

function compareKeys(a: unknown, b: unknown): number {
  return place(a) - place(b) || (a === emptyArray ? 0 : compareValues(a, b));
}

const place = (value: unknown) => (value instanceof MinKey ? 0 : value === emptyArray ? 1 : 2);

/** Of several values, as in an array, the least counts when sorting up and the greatest when sorting down. */
function sortKey(document: Document, path: readonly string[], sign: number): unknown {
  const values = elementsAt(document, path, false);
  // Most often there is but one.
  if (values.length === 1 && !Array.isArray(values[0])) return values[0];
  const all = values.flatMap((value) =>
    Array.isArray(value) ? (value.length > 0 ? value : [emptyArray]) : [value],
  );
  return all.length === 0
    ? null
    : all.reduce((best, value) => (sign * compareKeys(value, best) < 0 ? value : best));
}
