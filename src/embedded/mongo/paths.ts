import type { Document } from 'bson';
import { MongoError } from './errors.ts';
import { isObject, typeName } from './values.ts';

const isPosition = (key: string) => /^(0|[1-9]\d*)$/.test(key);

/** Every value that a dotted path leads to, through arrays as MongoDB goes: their positions and their members. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (Array.isArray(value)) {
    const member = isPosition(key) && Number(key) < value.length ? valuesAt(value[Number(key)], rest) : [];
    return [...member, ...value.filter(isObject).flatMap((item) => valuesAt(item, path))];
  }
  return isObject(value) && Object.hasOwn(value, key) ? valuesAt(value[key], rest) : [];
}

/** The one value that an update's path leads to, or undefined. */
export function getAt(document: Document, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of path) {
    if (Array.isArray(value)) value = isPosition(key) ? value[Number(key)] : undefined;
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

// Arrays are padded with null up to a position; no one means to write a billion of them.
const maxPadding = 1_500_000;

/** Puts a value at an update's path, making objects on the way. Fails with PathNotViable. */
export function setAt(document: Document, path: readonly string[], value: unknown): void {
  const parent = parentOf(document, path, true);
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) {
    if (!isPosition(key) || Number(key) > parent.length + maxPadding) throw notViable(key, parent);
    while (parent.length < Number(key)) parent.push(null);
    parent[Number(key)] = value;
  } else if (parent) define(parent, key, value);
}

/** Removes what is at an update's path; a place in an array becomes null. */
export function unsetAt(document: Document, path: readonly string[]): void {
  const parent = parentOf(document, path, false);
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) {
    if (isPosition(key) && Number(key) < parent.length) parent[Number(key)] = null;
  } else if (parent) delete parent[key];
}

function parentOf(document: Document, path: readonly string[], make: boolean): Document | unknown[] | undefined {
  let parent: Document | unknown[] = document;
  for (const key of path.slice(0, -1)) {
    let next = getAt(parent as Document, [key]);
    if (next === undefined) {
      if (!make) return undefined;
      next = {};
      setAt(parent as Document, [key], next);
    }
    if (!Array.isArray(next) && !isObject(next)) {
      if (!make) return undefined;
      throw notViable(key, next);
    }
    parent = next;
  }
  return parent;
}

/** A plain assignment of `__proto__` would set the prototype. */
function define(target: Document, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

const notViable = (key: string, value: unknown) =>
  new MongoError('PathNotViable', `Cannot create field '${key}' in an element of type ${typeName(value)}`);
