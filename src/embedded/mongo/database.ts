import type { Document } from 'bson';
import { type Collection, createCollection } from './collection.ts';
import { MongoError } from './errors.ts';

/** All databases of one server: name → collections by name. */
export interface Databases {
  readonly byName: Map<string, Map<string, Collection>>;
}

export const createDatabases = (): Databases => ({ byName: new Map() });

/** The collection, or undefined: in MongoDB reading what is not there finds nothing. */
export const findCollection = (
  { byName }: Databases,
  database: string,
  name: string,
): Collection | undefined => byName.get(database)?.get(name);

/** The collection, made when it is not there yet, as writing does. */
export function openCollection(
  databases: Databases,
  database: string,
  name: string,
  options: Document = {},
): Collection {
  const found = findCollection(databases, database, name);
  if (found) return found;
  checkName(database, name);
  const made = createCollection(`${database}.${name}`, options);
  const collections = databases.byName.get(database) ?? new Map<string, Collection>();
  collections.set(name, made);
  databases.byName.set(database, collections);
  return made;
}

/** Removes a collection, and a database with its last one. Returns whether it was there. */
export function dropCollection({ byName }: Databases, database: string, name: string): boolean {
  const collections = byName.get(database);
  const dropped = collections?.delete(name) ?? false;
  if (collections?.size === 0) byName.delete(database);
  return dropped;
}

function checkName(database: string, name: string): void {
  if (name === '' || name.includes('$') || name.includes('\0') || name.startsWith('system.')) {
    throw new MongoError('InvalidNamespace', `Invalid collection name: '${name}'`);
  }
  if (!/^[^/\\. "$*<>:|?\0]{1,63}$/.test(database))
    throw new MongoError('InvalidNamespace', `Invalid database name: '${database}'`);
}
