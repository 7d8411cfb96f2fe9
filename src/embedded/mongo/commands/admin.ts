import { calculateObjectSize, type Document, Int32 } from 'bson';
import { type Collection, findDocuments } from '../collection.ts';
import { dropCollection, findCollection, openCollection } from '../database.ts';
import { MongoError, notHere } from '../errors.ts';
import { createValidator } from '../json-schema.ts';
import { createMatcher } from '../query.ts';
import { isTrue } from '../values.ts';
import { type Command, collectionName, existing, type Session } from './command.ts';

const validation = ['validator', 'validationLevel', 'validationAction'];

function checkValidation(body: Document): void {
  if ((body.validationLevel ?? 'strict') !== 'strict') throw notHere('A validationLevel other than strict');
  if ((body.validationAction ?? 'error') !== 'error') throw notHere('A validationAction other than error');
}

const optionsOf = (body: Document): Document =>
  Object.fromEntries(validation.filter((option) => option in body).map((option) => [option, body[option]]));

function create(body: Document, session: Session, database: string): Document {
  const name = collectionName(body, 'create');
  checkValidation(body);
  if (findCollection(session.databases, database, name))
    throw new MongoError('NamespaceExists', `Collection ${database}.${name} already exists.`);
  openCollection(session.databases, database, name, optionsOf(body));
  return {};
}

function collMod(body: Document, session: Session, database: string): Document {
  const collection = existing(session, database, collectionName(body, 'collMod'));
  checkValidation(body);
  const validate = createValidator(body.validator ?? collection.options.validator);
  collection.options = { ...collection.options, ...optionsOf(body) };
  collection.validate = validate;
  return {};
}

function listCollections(body: Document, session: Session, database: string): Document {
  const matches = createMatcher((body.filter ?? {}) as Document);
  const all = [...(session.databases.byName.get(database) ?? [])].map(([name, { options }]) => ({
    name,
    type: 'collection',
    options,
    info: { readOnly: false },
    idIndex: { v: new Int32(2), key: { _id: new Int32(1) }, name: '_id_' },
  }));
  const shown = all
    .filter(matches)
    .map((entry) => (isTrue(body.nameOnly) ? { name: entry.name, type: entry.type } : entry));
  return session.cursors.open(`${database}.$cmd.listCollections`, shown, Number.POSITIVE_INFINITY, true);
}

const sizeOf = (collection: Collection) =>
  findDocuments(collection, {}).reduce((sum, document) => sum + calculateObjectSize(document), 0);

function listDatabases(body: Document, session: Session): Document {
  const matches = createMatcher((body.filter ?? {}) as Document);
  const databases = [...session.databases.byName].map(([name, collections]) => {
    const sizeOnDisk = isTrue(body.nameOnly)
      ? undefined
      : [...collections.values()].reduce((sum, one) => sum + sizeOf(one), 0);
    return sizeOnDisk === undefined ? { name } : { name, sizeOnDisk, empty: false };
  });
  return { databases: databases.filter(matches) };
}

function renameCollection(body: Document, session: Session): Document {
  const [from, to] = [String(body.renameCollection), String(body.to)].map(splitNamespace);
  const source = from && existing(session, from.database, from.name);
  if (!source || !from || !to)
    throw new MongoError('InvalidNamespace', 'renameCollection needs two namespaces');
  if (findCollection(session.databases, to.database, to.name)) {
    if (!isTrue(body.dropTarget)) throw new MongoError('NamespaceExists', 'target namespace exists');
    dropCollection(session.databases, to.database, to.name);
  }
  openCollection(session.databases, to.database, to.name);
  dropCollection(session.databases, from.database, from.name);
  source.namespace = `${to.database}.${to.name}`;
  session.databases.byName.get(to.database)?.set(to.name, source);
  return {};
}

function splitNamespace(namespace: string): { database: string; name: string } {
  const dot = namespace.indexOf('.');
  return { database: namespace.slice(0, dot), name: namespace.slice(dot + 1) };
}

/** What arranges collections and indexes. */
export const adminCommands: Readonly<Record<string, Command>> = {
  create: { fields: validation, run: create },
  collMod: { fields: validation, run: collMod },
  drop: {
    fields: [],
    run: (body, session, database) => {
      const name = collectionName(body, 'drop');
      existing(session, database, name);
      dropCollection(session.databases, database, name);
      return { ns: `${database}.${name}` };
    },
  },
  dropDatabase: {
    fields: [],
    run: (_, session, database) => (session.databases.byName.delete(database) ? { dropped: database } : {}),
  },
  listCollections: {
    fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
    run: listCollections,
  },
  listDatabases: { fields: ['filter', 'nameOnly', 'authorizedDatabases'], run: listDatabases },
  renameCollection: { fields: ['to', 'dropTarget'], run: renameCollection },
  collStats: {
    fields: ['scale'],
    run: (body, session, database) => {
      const name = collectionName(body, 'collStats');
      const collection = findCollection(session.databases, database, name);
      return {
        ns: `${database}.${name}`,
        count: collection?.documents.size ?? 0,
        size: collection ? sizeOf(collection) : 0,
      };
    },
  },
  dbStats: {
    fields: ['scale'],
    run: (_, session, database) => {
      const collections = [...(session.databases.byName.get(database)?.values() ?? [])];
      const objects = collections.reduce((sum, { documents }) => sum + documents.size, 0);
      return {
        db: database,
        collections: collections.length,
        objects,
        dataSize: collections.reduce((sum, one) => sum + sizeOf(one), 0),
      };
    },
  },
};
