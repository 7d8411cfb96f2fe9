import { BSONRegExp, Decimal128, Double, Int32, Long } from 'bson';
import { notHere } from '../errors.ts';
import { toNumber } from '../numbers.ts';
import { toRegExp } from '../regex.ts';
import { isObject } from '../values.ts';

/** BSON types as plain JavaScript, for mingo: numbers are numbers, regular expressions are RegExp. Copies. */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof BSONRegExp) return toRegExp(value);
  if (value instanceof Decimal128) throw notHere('A calculation with a Decimal128');
  if (!isObject(value)) return toNumber(value) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toPlain(member)]));
}

/** mingo's result as BSON types; whole numbers are of the least type that holds them. */
export function fromPlain(value: unknown): unknown {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value === 'bigint') return Long.fromBigInt(value);
  if (Array.isArray(value)) return value.map((item) => fromPlain(item) ?? null);
  if (value instanceof RegExp) return new BSONRegExp(value.source, value.flags.replace('u', ''));
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, fromPlain(member)]));
}

function fromNumber(value: number): Int32 | Long | Double {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return new Double(value);
  return value === (value | 0) ? new Int32(value) : Long.fromNumber(value);
}
