import type { Document } from 'bson';
import { MongoError, notHere } from './errors.ts';
import { isObject, isTrue } from './values.ts';

/** A projection as a tree: an empty branch ends a path. */
interface Branch {
  readonly [key: string]: Branch;
}

/** Projection → function that applies it to a document in typed form. Fails for collisions and mixtures. */
export function createProjector(projection: Document | undefined): (document: Document) => Document {
  const { _id, ...fields } = projection ?? {};
  const entries = Object.entries(fields);
  for (const [path, value] of entries) {
    if (isObject(value) || typeof value === 'string' || path.includes('$'))
      throw notHere('A computed or positional projection');
    if (path === '' || path.split('.').includes(''))
      throw new MongoError('PathCollision', `FieldPath '${path}' has an empty field name`);
  }
  const including = entries.filter(([, value]) => isTrue(value));
  if (including.length > 0 && including.length < entries.length) {
    throw new MongoError('MixedProjection', 'Cannot mix inclusion and exclusion in a projection');
  }
  const tree = treeOf(entries.map(([path]) => path));
  const keepsId = _id === undefined || isTrue(_id);
  if (entries.length === 0 && (_id === undefined || !keepsId))
    return (document) => (keepsId ? document : without(document, '_id'));
  if (including.length > 0 || entries.length === 0) {
    const wanted = keepsId ? { _id: {}, ...tree } : tree;
    return (document) => include(document, wanted) as Document;
  }
  return (document) => {
    const kept = exclude(document, tree) as Document;
    return keepsId ? kept : without(kept, '_id');
  };
}

function treeOf(paths: readonly string[]): Branch {
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

const without = (document: Document, key: string) =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== key));
