import type { Document } from 'bson';
import { MongoError, notHere } from './errors.ts';
import { toNumber } from './numbers.ts';
import { isObject, isTrue, typeName } from './values.ts';

/** A projection as a tree: an empty branch ends a path. */
interface Branch {
  readonly [key: string]: Branch;
}

/** Projection → function that applies it to a document in typed form. Fails for collisions and mixtures. */
export function createProjector(projection: unknown): (document: Document) => Document {
  if (projection !== undefined && !isObject(projection)) {
    throw new MongoError(
      'TypeMismatch',
      `Expected field projection to be of type object, not ${typeName(projection)}`,
    );
  }
  for (const [path, value] of Object.entries(projection ?? {})) checkField(path, value);
  const { _id, ...fields } = projection ?? {};
  const entries = Object.entries(fields);
  const keepsId = _id === undefined || isTrue(_id);
  const paths = entries.map(([path]) => path);
  if (entries.length === 0 && _id === undefined) return (document) => document;
  const including = entries[0] ? isTrue(entries[0][1]) : keepsId;
  for (const [path, value] of entries) {
    if (including && !isTrue(value))
      throw new MongoError(
        'ExclusionAmongInclusions',
        `Cannot do exclusion on field ${path} in inclusion projection`,
      );
    if (!including && isTrue(value))
      throw new MongoError(
        'InclusionAmongExclusions',
        `Cannot do inclusion on field ${path} in exclusion projection`,
      );
  }
  if (including) return includePaths(keepsId ? [...paths, '_id'] : paths);
  const tree = treeOf(keepsId ? paths : [...paths, '_id']);
  return (document) => exclude(document, tree) as Document;
}

/** Paths → function that keeps them, and nothing else, of a document. */
export function includePaths(paths: readonly string[]): (document: Document) => Document {
  const tree = treeOf(paths);
  return (document) => include(document, tree) as Document;
}

function checkField(path: string, value: unknown): void {
  const computed = typeof value !== 'boolean' && toNumber(value) === undefined;
  if (computed || path.split('.').some((key) => key.startsWith('$')))
    throw notHere('A computed or positional projection');
  if (path.split('.').includes(''))
    throw new MongoError('EmptyFieldName', 'FieldPath field names may not be empty strings.');
}

/** Paths as a tree. Fails with PathCollision when one lies within another. */
export function treeOf(paths: readonly string[]): Branch {
  const root: Record<string, Branch> = Object.create(null);
  for (const path of paths) {
    let branch = root;
    const keys = path.split('.');
    keys.forEach((key, n) => {
      const last = n === keys.length - 1;
      const next = branch[key] as Record<string, Branch> | undefined;
      if (next && (last || Object.keys(next).length === 0))
        throw new MongoError('PathCollision', `Path collision at ${path}`);
      branch[key] = next ?? Object.create(null);
      branch = branch[key] as Record<string, Branch>;
    });
  }
  return root;
}

const isEnd = (branch: Branch) => Object.keys(branch).length === 0;

/** Arrays are gone through member by member; what is no object is dropped on the way to a deeper path. */
function include(value: unknown, tree: Branch): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => isObject(item) || Array.isArray(item)).map((item) => include(item, tree));
  }
  if (!isObject(value)) return undefined;
  const kept: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const branch = tree[key];
    if (!branch) continue;
    const part = isEnd(branch) ? member : include(member, branch);
    if (part !== undefined) kept.push([key, part]);
  }
  return Object.fromEntries(kept);
}

function exclude(value: unknown, tree: Branch): unknown {
  if (Array.isArray(value)) return value.map((item) => exclude(item, tree));
  if (!isObject(value)) return value;
  const kept: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const branch = tree[key];
    if (!branch) kept.push([key, member]);
    else if (!isEnd(branch)) kept.push([key, exclude(member, branch)]);
  }
  return Object.fromEntries(kept);
}
