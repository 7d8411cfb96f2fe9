import { Decimal128, Long, ObjectId } from 'mongodb';

// In MongoDB "." and "$" in a key mean paths and operators, and NUL and an empty key cannot be addressed at all.
// So keys are percent-escaped at rest, which leaves ordinary ones readable. https://www.mongodb.com/docs/manual/core/dot-dollar-considerations/
const special = /[%.$\0]/g;
const emptyKey = '%';

const percent = (character: string) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** A document's key → the key at rest. */
export function escapeKey(key: string): string {
  if (key === '') return emptyKey;
  // Every JavaScript object has these from birth, and code on the way, the driver's included, trips over them.
  if (key in Object.prototype) return `${percent(key)}${key.slice(1)}`;
  return key.replace(special, percent);
}

/** The key at rest → the document's key. */
export function unescapeKey(key: string): string {
  if (!key.includes('%')) return key;
  return key === emptyKey
    ? ''
    : key.replace(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** JSON value → value at rest: the same with escaped keys. */
export function toRest(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toRest);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [escapeKey(key), toRest(member)]));
}

/** Value at rest → JSON value. What JSON has no form for comes as text: NaN, infinities, integers above 2^53, ids. */
export function fromRest(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromRest);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Long || value instanceof Decimal128 || value instanceof ObjectId)
    return value.toString();
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [unescapeKey(key), fromRest(member)]),
  );
}
