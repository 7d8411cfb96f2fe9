import {
  Binary,
  BSONRegExp,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { MongoError } from './errors.ts';
import { toNumber } from './numbers.ts';

/** A document of BSON: no array, no date, no typed value. */
export function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A JavaScript number from a command argument, such as a limit; undefined when it is none. */
export function toCount(value: unknown): number | undefined {
  const number = toNumber(value);
  return number === undefined ? undefined : Number(number);
}

/** A whole number among a command's arguments. Fails for what is something else; undefined when it is not there. */
export function wholeArgument(body: Document, name: string): number | undefined {
  if (body[name] === undefined) return undefined;
  const count = toCount(body[name]);
  if (count !== undefined && Number.isSafeInteger(count)) return count;
  throw new MongoError(
    'TypeMismatch',
    `BSON field '${name}' is the wrong type '${typeName(body[name])}', expected a whole number`,
  );
}

/** Whether an argument means yes: true, or any number but 0. */
export const isTrue = (value: unknown): boolean => value === true || Boolean(toNumber(value));

/** A copy that shares nothing that can be changed. */
export function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, clone(member)])) as T;
}

/** The name of a value's BSON type, as $jsonSchema's bsonType and error messages say it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof Int32) return 'int';
  if (value instanceof Double || typeof value === 'number') return 'double';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Long) return 'long';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Binary) return 'binData';
  if (value instanceof BSONRegExp) return 'regex';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'object';
}
