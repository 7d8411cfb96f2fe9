import type { Document } from 'bson';
import type { Collection } from '../collection.ts';
import type { Cursors } from '../cursors.ts';
import { type Databases, findCollection } from '../database.ts';
import { MongoError } from '../errors.ts';

/** What commands work on: one server's state, and one connection's number. */
export interface Session {
  readonly databases: Databases;
  readonly cursors: Cursors;
  readonly connectionId: number;
}

export interface Command {
  /** Fields it understands besides those of every command; any other is refused. */
  readonly fields: readonly string[];
  readonly run: (body: Document, session: Session, database: string) => Document;
}

const common = new Set([
  ...[
    '$db',
    'lsid',
    '$clusterTime',
    '$readPreference',
    'readConcern',
    'writeConcern',
    'comment',
    'maxTimeMS',
  ],
  ...['apiVersion', 'apiStrict', 'apiDeprecationErrors', 'mayBypassWriteBlocking'],
]);

/** Fails with UnknownField: an option that is not understood must not be ignored. */
export function checkFields(name: string, body: Document, fields: readonly string[]): void {
  const strange = Object.keys(body).find((key) => key !== name && !common.has(key) && !fields.includes(key));
  if (strange !== undefined)
    throw new MongoError(
      'UnknownField',
      `BSON field '${name}.${strange}' is an unknown field, or not one of the embedded MongoDB.`,
    );
}

/** The collection that a command names as its own value. */
export function collectionName(body: Document, command: string): string {
  const name: unknown = body[command];
  if (typeof name === 'string' && name !== '') return name;
  throw new MongoError('InvalidNamespace', `collection name has invalid type for ${command}`);
}

/** The collection of that name. Fails with NamespaceNotFound. */
export function existing(session: Session, database: string, name: string): Collection {
  const collection = findCollection(session.databases, database, name);
  if (!collection) throw new MongoError('NamespaceNotFound', `ns does not exist: ${database}.${name}`);
  return collection;
}
