import { Binary, ObjectId, serialize, Timestamp } from 'bson';
import { compareDoubles, compareNumbers, identityOfNumber, isPlainNumber, toNumber } from './numbers.ts';
import { isObject, typeName } from './values.ts';

// https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
const typeRanks: Record<string, number> = {
  minKey: 0,
  null: 1,
  int: 2,
  long: 2,
  double: 2,
  decimal: 2,
  string: 3,
  object: 4,
  array: 5,
  binData: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  timestamp: 10,
  regex: 11,
  maxKey: 12,
};

function rankOf(value: unknown): number {
  // Of most values at once: these are compared by the million.
  if (typeof value === 'string') return typeRanks.string as number;
  if (isPlainNumber(value)) return typeRanks.double as number;
  return typeRanks[typeName(value)] ?? (typeRanks.object as number);
}

/** Whether comparison operators compare them at all: a string is never greater than a number. */
export const areComparable = (a: unknown, b: unknown) => rankOf(a) === rankOf(b);

/** MongoDB's order of any two values: negative, zero or positive. A missing value is as null. */
export function compareValues(a: unknown, b: unknown): number {
  if (isPlainNumber(a) && isPlainNumber(b)) return compareDoubles(a.value, b.value);
  const [rankA, rankB] = [rankOf(a), rankOf(b)];
  if (rankA !== rankB) return rankA - rankB;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (rankA === typeRanks.int) return compareNumbers(a, b);
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id);
  if (a instanceof Binary && b instanceof Binary) return compareBinary(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.compare(b);
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b, compareValues);
  if (isObject(a) && isObject(b)) return compareLists(Object.entries(a), Object.entries(b), compareMembers);
  return typeof a === 'object' && a !== null ? Buffer.compare(serialize({ v: a }), serialize({ v: b })) : 0;
}

export const equalValues = (a: unknown, b: unknown): boolean => compareValues(a, b) === 0;

/** Where the first of a list in order is that something holds of, as it does of all after it; its length: there is none. */
export function firstWhere<T>(sorted: readonly T[], from: number, holds: (one: T) => boolean): number {
  let [start, end] = [from, sorted.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    if (holds(sorted[middle] as T)) end = middle;
    else start = middle + 1;
  }
  return start;
}

/** By code point, as UTF-8 is in its order of bytes; a surrogate stands for a code point above all that need none. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let n = 0; n < length; n++) {
    const [unitA, unitB] = [a.charCodeAt(n), b.charCodeAt(n)];
    if (unitA !== unitB) {
      const surrogates = Number(isSurrogate(unitA)) - Number(isSurrogate(unitB));
      return surrogates || unitA - unitB;
    }
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

function compareBinary(a: Binary, b: Binary): number {
  return a.position - b.position || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

type Member = [string, unknown];

/** Objects compare member by member: type of the value, then key, then value. */
function compareMembers([keyA, a]: Member, [keyB, b]: Member): number {
  const types = rankOf(a) - rankOf(b);
  return types || compareTexts(keyA, keyB) || compareValues(a, b);
}

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  for (let n = 0; n < Math.min(a.length, b.length); n++) {
    const order = compare(a[n] as T, b[n] as T);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** As a key of a Map, one for all values that MongoDB takes for equal: 1, 1.0 and Long(1) are one `_id`. */
export type Identity = string | number;

export function identityOf(value: unknown): Identity {
  if (typeof value === 'string') return `s${value}`;
  if (toNumber(value) !== undefined) return identityOfNumber(value);
  if (value instanceof ObjectId) return `o${value.toHexString()}`;
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, member]) => JSON.stringify(key) + textOf(member))
      .join()}}`;
  return `b${Buffer.from(serialize({ v: value ?? null })).toString('base64')}`;
}

/** An identity within another; a number stays unlike a text, and -0 like 0. */
function textOf(value: unknown): string {
  const identity = identityOf(value);
  return typeof identity === 'number' ? String(identity) : JSON.stringify(identity);
}
