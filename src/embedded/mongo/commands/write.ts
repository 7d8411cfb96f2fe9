import { type Document, Int32 } from 'bson';
import {
  type Collection,
  changeDocument,
  deleteDocument,
  findDocuments,
  insertDocument,
} from '../collection.ts';
import { findCollection, openCollection } from '../database.ts';
import { MongoError, notHere } from '../errors.ts';
import { createMatcher } from '../query.ts';
import { createChange, createUpsert } from '../update.ts';
import { isObject, isTrue, typeName, wholeArgument } from '../values.ts';
import { type Command, collectionName, type Session } from './command.ts';
import { modifyCommand } from './find-and-modify.ts';
import { type Opener, opener } from './opener.ts';

interface Outcome {
  n: number;
  nModified?: number;
  upserted?: { index: number; _id: unknown }[];
}

/** Applies items one after another; the first that fails ends an ordered list, and is only noted in an unordered one. */
function applyEach(
  outcome: Outcome,
  body: Document,
  list: string,
  apply: (item: Document, index: number) => void,
): Document {
  const items: unknown = body[list];
  if (!Array.isArray(items) || items.length === 0)
    throw new MongoError('BadValue', 'Write batch sizes must be between 1 and 100000.');
  const ordered = body.ordered === undefined || isTrue(body.ordered);
  const errors: Document[] = [];
  for (const [index, item] of items.entries()) {
    try {
      apply(item as Document, index);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      errors.push({
        index: new Int32(index),
        code: new Int32(error.code),
        errmsg: error.message,
        ...error.details,
      });
      if (ordered) break;
    }
  }
  return { ...outcome, ...(errors.length > 0 && { writeErrors: errors }) };
}

function refuseOptions(statement: Document, known: readonly string[]): void {
  const strange = Object.keys(statement).find((key) => !known.includes(key));
  if (strange === 'arrayFilters' || strange === 'collation') throw notHere(`The option ${strange}`);
  if (strange !== undefined)
    throw new MongoError('UnknownField', `'${strange}' is an unknown field of a write`);
}

function insert(body: Document, session: Session, database: string): Document {
  const collection = openCollection(session.databases, database, collectionName(body, 'insert'));
  const outcome: Outcome = { n: 0 };
  return applyEach(outcome, body, 'documents', (document) => {
    if (!isObject(document))
      throw new MongoError(
        'TypeMismatch',
        `BSON field 'insert.documents' is the wrong type '${typeName(document)}', expected type 'object'`,
      );
    insertDocument(collection, document);
    outcome.n += 1;
  });
}

function update(body: Document, session: Session, database: string): Document {
  const open = opener(session, database, collectionName(body, 'update'));
  const outcome: Outcome = { n: 0, nModified: 0 };
  return applyEach(outcome, body, 'updates', (statement, index) => {
    refuseOptions(statement, ['q', 'u', 'multi', 'upsert', 'hint']);
    const done = updateOne(open, statement);
    outcome.n += done.matched;
    outcome.nModified = (outcome.nModified ?? 0) + done.modified;
    if (done.upsertedId !== undefined) {
      outcome.n += 1;
      outcome.upserted = [...(outcome.upserted ?? []), { index, _id: done.upsertedId }];
    }
  });
}

function updateOne(
  open: Opener,
  { q, u, multi, upsert }: Document,
): { matched: number; modified: number; upsertedId?: unknown } {
  const change = createChange(u);
  const many = isTrue(multi);
  if (many && isObject(u) && !Object.keys(u).some((key) => key.startsWith('$'))) {
    throw new MongoError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  const collection = open.existing();
  const found = findByFilter(collection, q, many ? 0 : 1);
  if (found.length === 0 && isTrue(upsert)) {
    const made = createUpsert(q as Document, change);
    insertDocument(open.orMade(), made);
    return { matched: 0, modified: 0, upsertedId: made._id };
  }
  const modified = found.filter(
    (document) => collection && changeDocument(collection, document, change),
  ).length;
  return { matched: found.length, modified };
}

/** What a filter finds; where there is nothing to find it is checked all the same. */
function findByFilter(collection: Collection | undefined, filter: unknown, limit: number): Document[] {
  if (collection && isObject(filter)) return findDocuments(collection, { filter, limit });
  createMatcher(filter);
  return [];
}

function remove(body: Document, session: Session, database: string): Document {
  const collection = findCollection(session.databases, database, collectionName(body, 'delete'));
  const outcome: Outcome = { n: 0 };
  return applyEach(outcome, body, 'deletes', (statement) => {
    refuseOptions(statement, ['q', 'limit', 'hint']);
    const limit = wholeArgument(statement, 'limit');
    if (limit !== 0 && limit !== 1)
      throw new MongoError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
    const found = findByFilter(collection, statement.q, limit);
    for (const document of found) {
      if (collection) deleteDocument(collection, document);
      outcome.n += 1;
    }
  });
}

/** What writes documents. */
export const writeCommands: Readonly<Record<string, Command>> = {
  insert: { fields: ['documents', 'ordered'], run: insert },
  update: { fields: ['updates', 'ordered'], run: update },
  delete: { fields: ['deletes', 'ordered'], run: remove },
  findAndModify: modifyCommand,
  findandmodify: modifyCommand,
};
