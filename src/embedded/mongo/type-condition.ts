import type { Operator } from './condition.ts';
import { MongoError } from './errors.ts';
import { toCount, typeName } from './values.ts';

// https://www.mongodb.com/docs/manual/reference/bson-types/
const codes: Readonly<Record<string, number>> = {
  ...{
    double: 1,
    string: 2,
    object: 3,
    array: 4,
    binData: 5,
    objectId: 7,
    bool: 8,
    date: 9,
    null: 10,
    regex: 11,
  },
  ...{ int: 16, timestamp: 17, long: 18, decimal: 19, minKey: -1, maxKey: 127 },
};
const names = new Map(Object.entries(codes).map(([name, code]) => [code, name]));
const numeric = ['int', 'long', 'double', 'decimal'];

/** `$type`: a name, a code, or several; an array counts by its members too. */
export const hasType: Operator = (operand) => {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(namesOf));
  if (wanted.size === 0) throw new MongoError('FailedToParse', '$type must match at least one type');
  return (place) => place(true).some((value) => value !== undefined && wanted.has(typeName(value)));
};

function namesOf(type: unknown): readonly string[] {
  if (type === 'number') return numeric;
  if (typeof type === 'string' && Object.hasOwn(codes, type)) return [type];
  if (typeof type === 'string') throw new MongoError('BadValue', `Unknown type name alias: ${type}`);
  const name = names.get(toCount(type) ?? Number.NaN);
  if (name === undefined) throw new MongoError('BadValue', `Invalid numerical type code: ${String(type)}`);
  return [name];
}
