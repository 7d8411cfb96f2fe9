import type { Collection } from '../collection.ts';
import { findCollection, openCollection } from '../database.ts';
import type { Session } from './command.ts';

/** A collection is made by what is written into it, not by the attempt. */
export interface Opener {
  readonly existing: () => Collection | undefined;
  readonly orMade: () => Collection;
}

export const opener = ({ databases }: Session, database: string, name: string): Opener => ({
  existing: () => findCollection(databases, database, name),
  orMade: () => openCollection(databases, database, name),
});
