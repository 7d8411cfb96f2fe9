import { type Document, MinKey } from 'bson';
import { MongoError } from './errors.ts';
import { compareValues } from './order.ts';
import { elementsAt, soleAt } from './paths.ts';
import { isObject, toCount } from './values.ts';

/** Documents in typed form → the same in order, or the first of them. */
export type Sorter = (documents: Iterable<Document>, limit?: number) => Document[];

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
  const isBehind = ({ by }: Entry, document: Document): boolean => {
    for (let n = 0; n < keys.length; n += 1) {
      const { path, sign } = keys[n] as Key;
      const order = compareKeys(by[n], sortKey(document, path, sign)) * sign;
      if (order !== 0) return order < 0;
    }
    return true;
  };
  return (documents, limit = Number.POSITIVE_INFINITY) => {
    let first: Entry[] = [];
    let last: Entry | undefined;
    for (const document of documents) {
      // Of equal ones the earlier stays.
      if (last && isBehind(last, document)) continue;
      first.push({ document, by: keys.map(({ path, sign }) => sortKey(document, path, sign)) });
      if (first.length < 2 * limit) continue;
      first = first.sort(compare).slice(0, limit);
      last = first[limit - 1];
    }
    return first
      .sort(compare)
      .slice(0, limit)
      .map(({ document }) => document);
  };
}

// An empty array is sorted before null, after MinKey only. https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
const emptyArray = Symbol('empty array');

function compareKeys(a: unknown, b: unknown): number {
  return place(a) - place(b) || (a === emptyArray ? 0 : compareValues(a, b));
}

const place = (value: unknown) => (value instanceof MinKey ? 0 : value === emptyArray ? 1 : 2);

/** Of several values, as in an array, the least counts when sorting up and the greatest when sorting down. */
function sortKey(document: Document, path: readonly string[], sign: number): unknown {
  // Most often there is but one.
  const sole = soleAt(document, path);
  if (!Array.isArray(sole)) return sole;
  const all = elementsAt(document, path, false).flatMap((value) =>
    Array.isArray(value) ? (value.length > 0 ? value : [emptyArray]) : [value],
  );
  return all.length === 0
    ? null
    : all.reduce((best, value) => (sign * compareKeys(value, best) < 0 ? value : best));
}
