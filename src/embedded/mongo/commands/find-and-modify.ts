import type { Document } from 'bson';
import { changeDocument, deleteDocument, findDocuments, insertDocument } from '../collection.ts';
import { MongoError } from '../errors.ts';
import { createProjector } from '../projection.ts';
import { createMatcher } from '../query.ts';
import { createSorter } from '../sort.ts';
import { createChange, createUpsert } from '../update.ts';
import { isTrue } from '../values.ts';
import { type Command, collectionName, type Session } from './command.ts';
import { opener } from './opener.ts';

function findAndModify(body: Document, session: Session, database: string): Document {
  const name = collectionName(body, 'findAndModify' in body ? 'findAndModify' : 'findandmodify');
  const open = opener(session, database, name);
  checkModes(body);
  const project = createProjector(body.fields);
  const removes = isTrue(body.remove);
  const change = removes ? undefined : createChange(body.update);
  const filter = (body.query ?? {}) as Document;
  createMatcher(filter);
  createSorter(body.sort);
  const collection = open.existing();
  const [before] = collection ? findDocuments(collection, { filter, sort: body.sort, limit: 1 }) : [];
  if (!change) {
    if (before && collection) deleteDocument(collection, before);
    return { lastErrorObject: { n: before ? 1 : 0 }, value: before ? project(before) : null };
  }
  const wantsNew = isTrue(body.new);
  if (before && collection) {
    const after = changeDocument(collection, before, change) ?? before;
    return { lastErrorObject: { n: 1, updatedExisting: true }, value: project(wantsNew ? after : before) };
  }
  if (!isTrue(body.upsert)) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
  const made = createUpsert(filter, change);
  insertDocument(open.orMade(), made);
  const lastErrorObject = { n: 1, updatedExisting: false, upserted: made._id };
  return { lastErrorObject, value: wantsNew ? project(made) : null };
}

function checkModes(body: Document): void {
  const removes = isTrue(body.remove);
  const refuse = (reason: string) => new MongoError('FailedToParse', reason);
  if (!removes && body.update === undefined)
    throw refuse('Either an update or remove=true must be specified');
  if (removes && body.update !== undefined) throw refuse('Cannot specify both an update and remove=true');
  if (removes && isTrue(body.upsert)) throw refuse('Cannot specify both upsert=true and remove=true');
  if (removes && isTrue(body.new)) {
    throw refuse(
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
}

/** Finds one document, changes or removes it, and returns it as it was or as it is. */
export const modifyCommand: Command = {
  fields: ['query', 'sort', 'update', 'remove', 'new', 'upsert', 'fields', 'hint'],
  run: findAndModify,
};
