import { BSONRegExp, calculateObjectSize, type Document, ObjectId, serialize } from 'bson';
import { MongoError } from './errors.ts';
import { chooseScan, type IndexScan } from './index-scan.ts';
import { createIndex, duplicateKey, hold, type Index, refile, release } from './indexes.ts';
import { createValidator } from './json-schema.ts';
import { type Identity, identityOf } from './order.ts';
import { createMatcher } from './query.ts';
import { createSorter } from './sort.ts';
import { type Change, withIdFirst } from './update.ts';
import { isObject, typeName } from './values.ts';
import { maxDocumentBytes } from './wire.ts';

const createIdIndex = () => createIndex({ v: 2, key: { _id: 1 }, name: '_id_' });
/** The first, which nobody can drop. */
const idIndexOf = ({ indexes }: Pick<Collection, 'indexes'>) => indexes[0] as Index;

/** Documents by the identity of their `_id`, in the order of insertion, every value in its BSON type. */
export interface Collection {
  namespace: string;
  readonly documents: Map<Identity, Document>;
  readonly indexes: Index[];
  options: Document;
  validate: ((document: Document) => void) | undefined;
}

/** An empty collection. Fails for options that are not known here. */
export function createCollection(namespace: string, options: Document): Collection {
  const validate = createValidator(options.validator);
  return { namespace, documents: new Map(), indexes: [createIdIndex()], options, validate };
}

/** Adds a document, `_id` first, made when missing. Fails and changes nothing for a duplicate or an invalid one. */
export function insertDocument(collection: Collection, document: Document): void {
  const inserted = withIdFirst(document, new ObjectId());
  const { _id } = inserted;
  if (Array.isArray(_id) || _id instanceof BSONRegExp)
    throw new MongoError('InvalidIdField', `The '_id' value cannot be of type ${typeName(_id)}`);
  put(collection, undefined, inserted);
}

/** Clone, check, then swap: changes one document. Returns whether it is now another than before. */
export function changeDocument(
  collection: Collection,
  before: Document,
  change: Change,
): Document | undefined {
  const after = change(before, false);
  // 1 and 1.0 are equal, yet writing one over the other is a change.
  if (isSame(before, after)) return undefined;
  put(collection, before, after);
  return after;
}

/** To the byte. Member by member, as most changes show in one of the first. */
function isSame(a: Document, b: Document): boolean {
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    keys.length === others.length &&
    keys.every(
      (key, n) =>
        key === others[n] && Buffer.compare(serialize({ v: a[key] }), serialize({ v: b[key] })) === 0,
    )
  );
}

export function deleteDocument(collection: Collection, document: Document): void {
  for (const index of collection.indexes) {
    release(index, document);
    refile(index, document, undefined);
  }
  collection.documents.delete(identityOf(document._id));
}

function put(collection: Collection, before: Document | undefined, after: Document): void {
  const id = identityOf(after._id);
  if (!before && collection.documents.has(id))
    throw duplicateKey(idIndexOf(collection), collection.namespace, after);
  if (calculateObjectSize(after) > maxDocumentBytes) {
    throw new MongoError(
      'BSONObjectTooLarge',
      `BSONObj size is invalid: the document is larger than ${maxDocumentBytes} bytes`,
    );
  }
  collection.validate?.(after);
  if (before) for (const index of collection.indexes) release(index, before);
  const held: Index[] = [];
  try {
    for (const index of collection.indexes) {
      hold(index, collection.namespace, after, id);
      held.push(index);
    }
  } catch (error) {
    for (const index of held) release(index, after);
    if (before) for (const index of collection.indexes) hold(index, collection.namespace, before, id);
    throw error;
  }
  for (const index of collection.indexes) refile(index, before, after);
  collection.documents.set(id, after);
}

/** Adds indexes. Fails and adds none when documents already break one. */
export function addIndexes(collection: Collection, indexes: readonly Index[]): void {
  for (const index of indexes) {
    for (const [id, document] of collection.documents) hold(index, collection.namespace, document, id);
  }
  collection.indexes.push(...indexes);
}

/** The documents that match; in order, where no index finds them. */
export function findDocuments(
  collection: Collection,
  {
    filter = {},
    sort,
    skip = 0,
    limit = 0,
  }: { filter?: Document; sort?: unknown; skip?: number; limit?: number },
): Document[] {
  const matches = createMatcher(filter);
  const inOrder = createSorter(sort);
  const { documents, isExact } = planFind(collection, filter);
  const enough = inOrder || limit === 0 ? Number.POSITIVE_INFINITY : skip + limit;
  const found: Document[] = [];
  for (const document of documents) {
    if (found.length >= enough) break;
    if (isExact || matches(document)) found.push(document);
  }
  const all = inOrder ? inOrder(found, limit === 0 ? undefined : skip + limit) : found;
  return skip === 0 && limit === 0 ? all : all.slice(skip, limit === 0 ? undefined : skip + limit);
}

/** How many documents match; undefined: they have to be looked at. */
export function countMatching(collection: Collection, filter: Document): number | undefined {
  return Object.keys(filter).length === 0 ? collection.documents.size : planFind(collection, filter).count;
}

/** The documents that a filter's matches are among: by their `_id` when it names it, else by an index, else all. */
export function planFind(
  collection: Collection,
  filter: Document,
): Pick<IndexScan, 'documents' | 'isExact' | 'count'> & { readonly index?: Index } {
  const found = byId(collection, filter);
  if (found)
    return {
      documents: found,
      isExact: Object.keys(filter).length === 1,
      index: idIndexOf(collection),
    };
  const { indexes, documents } = collection;
  return chooseScan(indexes, documents, filter) ?? { documents: documents.values(), isExact: false };
}

/** Documents whose `_id` the filter names, by value or by $in of plain values; undefined when it does not. */
function byId(collection: Collection, filter: Document): Document[] | undefined {
  const condition: unknown = filter._id;
  if (condition === undefined) return undefined;
  let ids: unknown[];
  if (!isObject(condition)) ids = [condition];
  else if (Object.keys(condition).length === 1 && Array.isArray(condition.$in)) ids = condition.$in;
  else return undefined;
  if (
    ids.some(
      (id) => isObject(id) || Array.isArray(id) || (typeof id === 'object' && id !== null && 'pattern' in id),
    )
  )
    return undefined;
  const found = new Map(ids.map((id) => [identityOf(id), id]));
  return [...found.keys()].flatMap((id) => collection.documents.get(id) ?? []);
}
