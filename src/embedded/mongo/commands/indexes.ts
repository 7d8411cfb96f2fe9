import { type Document, Int32 } from 'bson';
import { addIndexes, type Collection } from '../collection.ts';
import { findCollection, openCollection } from '../database.ts';
import { MongoError } from '../errors.ts';
import { createIndex, type Index } from '../indexes.ts';
import { equalValues } from '../order.ts';
import { type Command, collectionName, existing, type Session } from './command.ts';

function createIndexes(body: Document, session: Session, database: string): Document {
  const name = collectionName(body, 'createIndexes');
  if (!Array.isArray(body.indexes) || body.indexes.length === 0) {
    throw new MongoError('BadValue', 'Must specify at least one index to create');
  }
  const asked = body.indexes.map(createIndex);
  const found = findCollection(session.databases, database, name);
  const collection = found ?? openCollection(session.databases, database, name);
  const before = collection.indexes.length;
  addIndexes(
    collection,
    asked.filter((index) => !isThere(collection, index)),
  );
  return {
    numIndexesBefore: new Int32(before),
    numIndexesAfter: new Int32(collection.indexes.length),
    createdCollectionAutomatically: found === undefined,
  };
}

/** Whether the collection has the very index. Fails when it has one that would clash. */
function isThere(collection: Collection, index: Index): boolean {
  // Indexes over the same key may be several when each is of other documents.
  const sameKey = (other: Index) =>
    (['key', 'partialFilterExpression'] as const).every((option) =>
      equalValues(other.specification[option], index.specification[option]),
    );
  const named = collection.indexes.find(({ name }) => name === index.name);
  if (named && sameKey(named) && named.unique === index.unique) return true;
  if (named)
    throw new MongoError(
      'IndexKeySpecsConflict',
      `An existing index has the same name as the requested index: ${index.name}`,
    );
  const twin = collection.indexes.find(sameKey);
  if (twin)
    throw new MongoError('IndexOptionsConflict', `Index already exists with a different name: ${twin.name}`);
  return false;
}

function dropIndexes(body: Document, session: Session, database: string): Document {
  const collection = existing(session, database, collectionName(body, 'dropIndexes'));
  const wanted: unknown = body.index;
  const nIndexesWas = new Int32(collection.indexes.length);
  const kept = collection.indexes.filter(({ name }, n) => n === 0 || (wanted !== '*' && wanted !== name));
  if (wanted === '_id_') throw new MongoError('InvalidOptions', 'cannot drop _id index');
  if (wanted !== '*' && kept.length === collection.indexes.length) {
    throw new MongoError('IndexNotFound', `index not found with name [${String(wanted)}]`);
  }
  collection.indexes.splice(0, collection.indexes.length, ...kept);
  return { nIndexesWas };
}

function listIndexes(body: Document, session: Session, database: string): Document {
  const collection = existing(session, database, collectionName(body, 'listIndexes'));
  const specifications = collection.indexes.map(({ specification }) => ({
    v: new Int32(2),
    ...specification,
  }));
  return session.cursors.open(`${database}.$cmd.listIndexes`, specifications, Number.POSITIVE_INFINITY, true);
}

/** What arranges indexes. */
export const indexCommands: Readonly<Record<string, Command>> = {
  createIndexes: { fields: ['indexes', 'commitQuorum'], run: createIndexes },
  dropIndexes: { fields: ['index'], run: dropIndexes },
  listIndexes: { fields: ['cursor'], run: listIndexes },
};
