import type { Document } from 'bson';
import { define } from '../paths.ts';
import { isObject } from '../values.ts';

/** A copy, which shares all else, with the value at the path, in every member of the arrays on the way; undefined removes. */
export function assign(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(target)) return target.map((item) => assign(item, [key, ...rest], value));
  const copy: Document = isObject(target) ? { ...target } : {};
  const member = assign(Object.hasOwn(copy, key) ? copy[key] : undefined, rest, value);
  if (member === undefined) delete copy[key];
  else define(copy, key, member);
  return copy;
}
