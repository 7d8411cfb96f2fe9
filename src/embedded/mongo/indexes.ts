import type { Document } from 'bson';
import { LRUCache } from 'lru-cache';
import type { Matcher } from './condition.ts';
import { MongoError, notHere } from './errors.ts';
import { createMemberCounts, type MemberCounts, type NamedValue } from './member-counts.ts';
import { type Identity, identityOf } from './order.ts';
import { elementsAt } from './paths.ts';
import { createMatcher } from './query.ts';
import { show } from './show.ts';
import { createValueIndex, type ValueIndex } from './value-index.ts';
import { isObject, isTrue, toCount } from './values.ts';

/** An index: what is unique is enforced, and values are found by its first field. */
export interface Index {
  readonly name: string;
  readonly specification: Document;
  readonly unique: boolean;
  /** Identity of the indexed values → identity of the document's `_id`; only for unique ones. */
  readonly holders: Map<Identity, Identity>;
  /** Which documents are in it; undefined: all. */
  readonly isPart: Matcher | undefined;
  /** Path → the values there, made when first asked for; of a wildcard index there are many paths. */
  readonly values: LRUCache<string, ValueIndex>;
  /** How often documents give each value, by the name of what takes it out of them. */
  readonly counts: LRUCache<string, MemberCounts>;
}

const paths = { max: 32 };

const knownOptions = new Set([
  ...['v', 'key', 'name', 'unique', 'sparse', 'background', 'expireAfterSeconds'],
  'partialFilterExpression',
]);

/** What createIndexes asks for → index. Fails with CannotCreateIndex for what is not known here. */
export function createIndex(specification: unknown): Index {
  if (!isObject(specification))
    throw new MongoError('TypeMismatch', 'An index specification must be an object');
  const { key, name, unique, sparse, partialFilterExpression: partial } = specification;
  const strange = Object.keys(specification).find((option) => !knownOptions.has(option));
  if (strange) throw notHere(`The index option ${strange}`);
  if (specification.expireAfterSeconds !== undefined) throw notHere('A TTL index');
  if (!isObject(key) || Object.keys(key).length === 0)
    throw new MongoError('CannotCreateIndex', 'Index keys cannot be empty.');
  for (const direction of Object.values(key)) {
    if (toCount(direction) === undefined) throw notHere(`An index of type ${String(direction)}`);
  }
  if (typeof name !== 'string' || name === '')
    throw new MongoError('CannotCreateIndex', 'Index name cannot be empty');
  if (isTrue(unique) && isTrue(sparse)) throw notHere('A unique sparse index');
  const isPart = partial === undefined ? undefined : createMatcher(partial);
  if (isTrue(unique) && partial !== undefined) throw notHere('A unique partial index');
  const wildcard = Object.keys(key).find((path) => /(^|\.)\$\*\*$/.test(path));
  if (wildcard !== undefined) checkWildcard(wildcard, specification);
  const [values, counts] = [
    new LRUCache<string, ValueIndex>(paths),
    new LRUCache<string, MemberCounts>(paths),
  ];
  return { name, specification, unique: isTrue(unique), holders: new Map(), isPart, values, counts };
}

/** An index over all that is under a path. https://www.mongodb.com/docs/manual/core/indexes/index-types/index-wildcard/ */
function checkWildcard(path: string, { key, unique, sparse }: Document): void {
  if (Object.keys(key).length > 1) throw notHere('A compound wildcard index');
  if (Number(toCount(key[path])) <= 0)
    throw new MongoError('CannotCreateIndex', 'A numeric value in a $** index key pattern must be positive.');
  const strange = [...(isTrue(unique) ? ['unique'] : []), ...(isTrue(sparse) ? ['sparse'] : [])][0];
  if (strange)
    throw new MongoError('CannotCreateIndex', `Index type 'wildcard' does not support the ${strange} option`);
}

/** Takes a document into a unique index. Fails with DuplicateKey, in MongoDB's words, when another has the same values. */
export function hold(index: Index, namespace: string, document: Document, id: Identity): void {
  if (!index.unique) return;
  const key = keyOf(index, document);
  const holder = index.holders.get(key);
  if (holder !== undefined && holder !== id) throw duplicateKey(index, namespace, document);
  index.holders.set(key, id);
}

/** Lets a document go from a unique index. */
export function release(index: Index, document: Document): void {
  if (index.unique) index.holders.delete(keyOf(index, document));
}

type Documents = ReadonlyMap<Identity, Document>;

/** The values at a path of all documents of a collection that are in the index. */
export const valuesAt = (index: Index, path: string, documents: Documents): ValueIndex =>
  filed(index, documents, index.values, path, () => createValueIndex(path.split('.')));

/** How often they give each value. */
export const countsAt = (index: Index, documents: Documents, { name, valueIn }: NamedValue): MemberCounts =>
  filed(index, documents, index.counts, name, () => createMemberCounts(valueIn));

function filed<T extends { add(document: Document): void }>(
  { isPart }: Index,
  documents: Documents,
  files: LRUCache<string, T & object>,
  name: string,
  create: () => T,
): T {
  const known = files.get(name);
  if (known) return known;
  const made = create();
  for (const document of documents.values()) if (isPart?.(document) ?? true) made.add(document);
  files.set(name, made);
  return made;
}

/** Files a document that is new, changed or gone under its values. */
export function refile(index: Index, before: Document | undefined, after: Document | undefined): void {
  if (index.values.size + index.counts.size === 0) return;
  const [gone, come] = [before, after].map((one) => (one && (index.isPart?.(one) ?? true) ? one : undefined));
  for (const files of [...index.values.values(), ...index.counts.values()]) {
    if (gone) files.remove(gone);
    if (come) files.add(come);
  }
}

function keyOf(index: Index, document: Document): Identity {
  return identityOf(indexedValues(index, document));
}

function indexedValues(index: Index, document: Document): unknown[] {
  return Object.keys(index.specification.key).map((path) => {
    const [value = null, ...more] = elementsAt(document, path.split('.'), false);
    if (Array.isArray(value) || more.length > 0) throw notHere('A unique index over arrays');
    return value;
  });
}

/** The error that MongoDB's drivers know as 11000. */
export function duplicateKey(
  index: Pick<Index, 'name' | 'specification'>,
  namespace: string,
  document: Document,
): MongoError {
  const keyPattern = index.specification.key as Document;
  const keyValue = Object.fromEntries(
    Object.keys(keyPattern).map((path) => [path, elementsAt(document, path.split('.'), false)[0] ?? null]),
  );
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${show(value)}`)
    .join(', ');
  return new MongoError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: { ${shown} }`,
    { keyPattern, keyValue },
  );
}
