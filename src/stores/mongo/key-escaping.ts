import { Binary, BSON, Decimal128, Long, ObjectId, UUID } from 'mongodb';

// In MongoDB "." and "$" in a key mean paths and operators, and NUL and an empty key cannot be addressed at all.
// So keys are percent-escaped at rest, which leaves ordinary ones readable. https://www.mongodb.com/docs/manual/core/dot-dollar-considerations/
const special = /[%.$\0]/g;
const emptyKey = '%';

const percent = (character: string) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** A document's key → the key at rest. */
export function escapeKey(key: string): string {
  if (key === '') return emptyKey;
  // Code on the way, the driver's included, trips over what every JavaScript object has from birth, and the driver
  // takes an object with `_bsontype` for one of its own.
  if (key in Object.prototype || key === '_bsontype') return `${percent(key)}${key.slice(1)}`;
  return key.replace(special, percent);
}

/** The key at rest → the document's key. */
export function unescapeKey(key: string): string {
  if (!key.includes('%')) return key;
  return key === emptyKey
    ? ''
    : key.replace(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** JSON value → value at rest: the same with escaped keys; a bigint, of 64 bits, is a long. */
export function toRest(value: unknown): unknown {
  if (typeof value === 'bigint') return Long.fromBigInt(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toRest);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [escapeKey(key), toRest(member)]));
}

/**
 * Value at rest → JSON value. What JSON has no form for comes as text: NaN, infinities, integers above 2^53, moments, ids,
 * decimals, and bytes in base64. Types of MongoDB's own come as its Extended JSON has them.
 */
export function fromRest(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromRest);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Binary && !(value instanceof UUID)) return value.toString('base64');
  if (textual.some((type) => value instanceof type)) return String(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return BSON.EJSON.serialize(value as BSON.Document);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [unescapeKey(key), fromRest(member)]),
  );
}

const textual = [Long, Decimal128, ObjectId, UUID];
