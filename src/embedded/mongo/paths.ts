import type { Document } from 'bson';
import { MongoError } from './errors.ts';
import { show } from './show.ts';
import { isObject } from './values.ts';

const isPosition = (key: string) => /^(0|[1-9]\d*)$/.test(key);

/**
 * What MongoDB's matching sees at a path, going through arrays by position and by member; undefined is a missing field.
 * With `spread`, an array that ends the path counts by its members too.
 * https://www.mongodb.com/docs/manual/tutorial/query-array-of-documents/
 */
export function elementsAt(container: unknown, path: readonly string[], spread: boolean): unknown[] {
  let value = container;
  let depth = 0;
  do {
    value = memberOf(value, path[depth] ?? '');
    depth += 1;
  } while (depth < path.length && isObject(value));
  if (!Array.isArray(value)) return [depth === path.length ? value : undefined];
  if (depth === path.length) return spread ? [...value, value] : [value];
  const rest = path.slice(depth);
  return value.flatMap((item, n) => [
    ...(isObject(item) ? elementsAt(item, rest, spread) : []),
    ...(String(n) === rest[0] ? fromPosition(item, rest.slice(1), spread) : []),
  ]);
}

/** The value at a path through documents only; an array on the way, or where the way ends too early, is given as it is. */
export function soleAt(document: Document, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of path) {
    if (Array.isArray(value)) return value;
    value = memberOf(value, key);
  }
  return value;
}

function fromPosition(item: unknown, rest: readonly string[], spread: boolean): unknown[] {
  if (rest.length === 0) return [item];
  return isObject(item) || Array.isArray(item) ? elementsAt(item, rest, spread) : [];
}

function memberOf(container: unknown, key: string): unknown {
  if (Array.isArray(container)) return isPosition(key) ? container[Number(key)] : undefined;
  return isObject(container) && Object.hasOwn(container, key) ? container[key] : undefined;
}

/** The one value that an update's path leads to, or undefined. */
export function getAt(document: Document, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of path) value = memberOf(value, key);
  return value;
}

// Arrays are padded with null up to a position; no one means to write a billion of them.
const maxPadding = 1_500_000;

/** Puts a value at an update's path, making objects on the way. Fails with PathNotViable. */
export function setAt(document: Document, path: readonly string[], value: unknown): void {
  const parent = parentOf(document, path, true);
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) {
    if (!isPosition(key) || Number(key) > parent.length + maxPadding)
      throw notViable(key, parent, path.at(-2) ?? '');
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

function parentOf(
  document: Document,
  path: readonly string[],
  make: boolean,
): Document | unknown[] | undefined {
  let parent: Document | unknown[] = document;
  for (const [depth, key] of path.slice(0, -1).entries()) {
    let next = getAt(parent as Document, [key]);
    if (next === undefined) {
      if (!make) return undefined;
      next = {};
      setAt(parent as Document, [key], next);
    }
    if (!Array.isArray(next) && !isObject(next)) {
      if (!make) return undefined;
      throw notViable(path[depth + 1] ?? '', next, key);
    }
    parent = next;
  }
  return parent;
}

/** A plain assignment of `__proto__` would set the prototype. */
export function define(target: Document, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

const notViable = (key: string, value: unknown, holder: string) =>
  new MongoError('PathNotViable', `Cannot create field '${key}' in element {${holder}: ${show(value)}}`);
