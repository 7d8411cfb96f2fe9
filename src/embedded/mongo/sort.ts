import { type Document, MinKey } from 'bson';
import { MongoError } from './errors.ts';
import { compareValues } from './order.ts';
import { elementsAt } from './paths.ts';
import { isObject, toCount } from './values.ts';

/** Sort specification → comparison of documents in typed form; undefined when there is nothing to sort by. */
export function createComparator(sort: unknown): ((a: Document, b: Document) => number) | undefined {
  if (sort === undefined) return undefined;
  if (!isObject(sort)) throw new MongoError('TypeMismatch', "Expected field 'sort' to be of type object");
  const keys = Object.entries(sort).map(([path, direction]) => {
    const sign = toCount(direction);
    if (sign !== 1 && sign !== -1)
      throw new MongoError(
        'BadValue',
        `$sort key ordering must be 1 (for ascending) or -1 (for descending): ${path}`,
      );
    return { path: path.split('.'), sign };
  });
  if (keys.length === 0) return undefined;
  return (a, b) => {
    for (const { path, sign } of keys) {
      const order = sign * compareKeys(sortKey(a, path, sign), sortKey(b, path, sign));
      if (order !== 0) return order;
    }
    return 0;
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
  const values = elementsAt(document, path, false).flatMap((value) =>
    Array.isArray(value) ? (value.length > 0 ? value : [emptyArray]) : [value],
  );
  return values.length === 0
    ? null
    : values.reduce((best, value) => (sign * compareKeys(value, best) < 0 ? value : best));
}
