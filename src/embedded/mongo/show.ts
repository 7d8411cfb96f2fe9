import { Binary, Double, EJSON, Int32, Long, ObjectId } from 'bson';
import { isObject } from './values.ts';

/** A value as MongoDB's messages write it. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof Int32 || value instanceof Long) return value.toString();
  if (value instanceof Double)
    return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`;
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(show).join(', ')} ]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${show(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : EJSON.stringify(value);
}
