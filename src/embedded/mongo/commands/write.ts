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
import { createProjector } from '../projection.ts';
import { createChange, createUpsert } from '../update.ts';
import { isObject, isTrue, toCount } from '../values.ts';
import { type Command, collectionName, type Session } from './command.ts';

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
    insertDocument(collection, document);
    outcome.n += 1;
  });
}

function update(body: Document, session: Session, database: string): Document {
  const collection = openCollection(session.databases, database, collectionName(body, 'update'));
  const outcome: Outcome = { n: 0, nModified: 0 };
  return applyEach(outcome, body, 'updates', (statement, index) => {
    refuseOptions(statement, ['q', 'u', 'multi', 'upsert', 'hint']);
    const done = updateOne(collection, statement);
    outcome.n += done.matched;
    outcome.nModified = (outcome.nModified ?? 0) + done.modified;
    if (done.upsertedId !== undefined) {
      outcome.n += 1;
      outcome.upserted = [...(outcome.upserted ?? []), { index, _id: done.upsertedId }];
    }
  });
}

function updateOne(
  collection: Collection,
  { q, u, multi, upsert }: Document,
): { matched: number; modified: number; upsertedId?: unknown } {
  const change = createChange(u);
  const many = isTrue(multi);
  if (many && isObject(u) && !Object.keys(u).some((key) => key.startsWith('$'))) {
    throw new MongoError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  const found = findDocuments(collection, { filter: q as Document, limit: many ? 0 : 1 });
  if (found.length === 0 && isTrue(upsert)) {
    const made = createUpsert(q as Document, change);
    insertDocument(collection, made);
    return { matched: 0, modified: 0, upsertedId: made._id };
  }
  const modified = found.filter(
    (document) => changeDocument(collection, document, change) !== undefined,
  ).length;
  return { matched: found.length, modified };
}

function remove(body: Document, session: Session, database: string): Document {
  const collection = findCollection(session.databases, database, collectionName(body, 'delete'));
  const outcome: Outcome = { n: 0 };
  return applyEach(outcome, body, 'deletes', (statement) => {
    refuseOptions(statement, ['q', 'limit', 'hint']);
    const filter = statement.q as Document;
    const found = collection
      ? findDocuments(collection, { filter, limit: toCount(statement.limit) ?? 0 })
      : [];
    for (const document of found) {
      if (collection) deleteDocument(collection, document);
      outcome.n += 1;
    }
  });
}

function findAndModify(body: Document, session: Session, database: string): Document {
  const collection = openCollection(
    session.databases,
    database,
    collectionName(body, 'findAndModify' in body ? 'findAndModify' : 'findandmodify'),
  );
  const project = createProjector(body.fields);
  const filter = (body.query ?? {}) as Document;
  const [before] = findDocuments(collection, { filter, sort: body.sort, limit: 1 });
  if (isTrue(body.remove)) {
    if (body.update !== undefined)
      throw new MongoError('FailedToParse', 'Cannot specify both an update and remove=true');
    if (before) deleteDocument(collection, before);
    return { lastErrorObject: { n: before ? 1 : 0 }, value: before ? project(before) : null };
  }
  const change = createChange(body.update);
  const wantsNew = isTrue(body.new);
  if (!before) {
    if (!isTrue(body.upsert)) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const made = createUpsert(filter, change);
    insertDocument(collection, made);
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: made._id },
      value: wantsNew ? project(made) : null,
    };
  }
  const after = changeDocument(collection, before, change) ?? before;
  return { lastErrorObject: { n: 1, updatedExisting: true }, value: project(wantsNew ? after : before) };
}

const modify: Command = {
  fields: ['query', 'sort', 'update', 'remove', 'new', 'upsert', 'fields', 'hint'],
  run: findAndModify,
};

/** What writes documents. */
export const writeCommands: Readonly<Record<string, Command>> = {
  insert: { fields: ['documents', 'ordered'], run: insert },
  update: { fields: ['updates', 'ordered'], run: update },
  delete: { fields: ['deletes', 'ordered'], run: remove },
  findAndModify: modify,
  findandmodify: modify,
};
