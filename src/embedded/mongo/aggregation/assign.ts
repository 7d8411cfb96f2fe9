import type { Document } from 'bson';
import { define } from '../paths.ts';
import { isObject } from '../values.ts';

/** A copy, which shares all else, with the value at the path, in every member of the arrays on the way; undefined removes. */
export function assign(target: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(target)) return target.map((item) => assign(item, path, value));
  const copy: Document = isObject(target) ? { ...target } : {};
  assignIn(copy, key, rest, value);
  return copy;
}

/** The same with an object that is the caller's own: it is changed. */
export function assignIn(own: Document, key: string, rest: readonly string[], value: unknown): void {
  const member =
    rest.length === 0 ? value : assign(Object.hasOwn(own, key) ? own[key] : undefined, rest, value);
  if (member === undefined) delete own[key];
  else define(own, key, member);
}
