import { type Document, Int32, Long } from 'bson';
import { createPipeline } from '../aggregation/pipeline.ts';
import { readFirst } from '../aggregation/read-first.ts';
import type { Source } from '../aggregation/stage.ts';
import { countMatching, findDocuments, planFind } from '../collection.ts';
import { findCollection } from '../database.ts';
import { MongoError, notHere } from '../errors.ts';
import { countValues } from '../index-scan.ts';
import { compareValues } from '../order.ts';
import { elementsAt } from '../paths.ts';
import { createProjector } from '../projection.ts';
import { createMatcher } from '../query.ts';
import { createSorter } from '../sort.ts';
import { isObject, isTrue, wholeArgument } from '../values.ts';
import { type Command, checkFields, collectionName, type Session } from './command.ts';

// These change how fast an answer comes, never what it is.
const harmless = [
  'hint',
  'noCursorTimeout',
  'allowDiskUse',
  'allowPartialResults',
  'batchSize',
  'singleBatch',
  'cursor',
];

const wrongType = (field: string, wanted: string) =>
  new MongoError('TypeMismatch', `BSON field '${field}' is the wrong type, expected type '${wanted}'`);

const select = (session: Session, database: string, name: string, body: Document): Document[] => {
  const filter: unknown = body.filter ?? body.query ?? {};
  createMatcher(filter);
  createSorter(body.sort);
  const collection = findCollection(session.databases, database, name);
  const limit = wholeArgument(body, 'limit') ?? 0;
  const skip = wholeArgument(body, 'skip') ?? 0;
  if (skip < 0)
    throw new MongoError('NegativeLimit', `BSON field 'skip' value must be >= 0, actual value '${skip}'`);
  const found = { filter: filter as Document, sort: body.sort, skip, limit: Math.abs(limit) };
  return collection ? findDocuments(collection, found) : [];
};

const findFields = ['filter', 'sort', 'projection', 'skip', 'limit', ...harmless];

function find(body: Document, session: Session, database: string): Document {
  const name = collectionName(body, 'find');
  if ((wholeArgument(body, 'limit') ?? 0) < 0)
    throw new MongoError(
      'NegativeLimit',
      `BSON field 'limit' value must be >= 0, actual value '${body.limit}'`,
    );
  const project = createProjector(body.projection);
  const documents = select(session, database, name, body).map(project);
  return session.cursors.open(
    `${database}.${name}`,
    documents,
    wholeArgument(body, 'batchSize'),
    isTrue(body.singleBatch),
  );
}

function aggregate(body: Document, session: Session, database: string): Document {
  const target: unknown = body.aggregate;
  if (isTrue(body.explain)) throw notHere('explain');
  if (!isObject(body.cursor))
    throw new MongoError(
      'FailedToParse',
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  createPipeline(body.pipeline);
  if (typeof target !== 'string') throw notHere('An aggregation of a whole database');
  const name = collectionName(body, 'aggregate');
  const source: Source = {
    read: (collection, asked) => select(session, database, collection, asked),
    countValues: (from, filter, value) => {
      const found = findCollection(session.databases, database, from);
      return found && countValues(found.indexes, found.documents, filter, value);
    },
    count: (from, filter) => {
      const found = findCollection(session.databases, database, from);
      return found && countMatching(found, filter);
    },
    checkTime: timeChecker(wholeArgument(body, 'maxTimeMS')),
  };
  const results = readFirst(name, body.pipeline as Document[], createPipeline, source);
  return session.cursors.open(
    `${database}.${name}`,
    [...results],
    wholeArgument(body.cursor, 'batchSize'),
    false,
  );
}

function count(body: Document, session: Session, database: string): Document {
  const name = collectionName(body, 'count');
  const collection = findCollection(session.databases, database, name);
  createMatcher(body.query ?? {});
  const isOfAll = body.limit === undefined && body.skip === undefined;
  const known = isOfAll && collection ? countMatching(collection, (body.query ?? {}) as Document) : undefined;
  return { n: new Int32(known ?? select(session, database, name, body).length) };
}

function timeChecker(limitMs = 0): () => void {
  const startedAt = performance.now();
  return () => {
    if (limitMs > 0 && performance.now() - startedAt > limitMs)
      throw new MongoError('MaxTimeMSExpired', 'operation exceeded time limit');
  };
}

function distinct(body: Document, session: Session, database: string): Document {
  if (typeof body.key !== 'string') throw wrongType('distinct.key', 'string');
  const path = body.key.split('.');
  const values = select(session, database, collectionName(body, 'distinct'), body)
    .flatMap((document) => elementsAt(document, path, false))
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter((value) => value !== undefined)
    .sort(compareValues);
  return { values: values.filter((value, n) => n === 0 || compareValues(value, values[n - 1]) !== 0) };
}

const explained: Readonly<Record<string, Command['run']>> = {
  find: (body, session, database) => {
    checkFields('find', body, findFields);
    const name = collectionName(body, 'find');
    const n = select(session, database, name, body).length;
    const collection = findCollection(session.databases, database, name);
    const index = collection && planFind(collection, (body.filter ?? {}) as Document).index;
    const stage = index
      ? { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: index.name } }
      : { stage: 'COLLSCAN' };
    return {
      queryPlanner: { winningPlan: stage, rejectedPlans: [] },
      executionStats: { executionSuccess: true, nReturned: n },
    };
  },
};

/** What reads documents. */
export const readCommands: Readonly<Record<string, Command>> = {
  find: { fields: findFields, run: find },
  aggregate: { fields: ['pipeline', 'explain', ...harmless], run: aggregate },
  count: {
    fields: ['query', 'limit', 'skip', 'hint'],
    run: count,
  },
  distinct: { fields: ['key', 'query'], run: distinct },
  getMore: {
    fields: ['collection', 'batchSize'],
    run: (body, session, database) => {
      const id: unknown = body.getMore;
      if (!(id instanceof Long)) throw wrongType('getMore.getMore', 'long');
      return session.cursors.next(
        id,
        `${database}.${body.collection}`,
        wholeArgument(body, 'batchSize') || undefined,
      );
    },
  },
  killCursors: {
    fields: ['cursors'],
    run: (body, session) => {
      const asked: unknown = body.cursors;
      if (!Array.isArray(asked) || !asked.every((id) => id instanceof Long))
        throw wrongType('killCursors.cursors', 'array of long');
      const cursorsKilled = session.cursors.kill(asked);
      const cursorsNotFound = asked.filter((id) => !cursorsKilled.includes(id));
      return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
    },
  },
  explain: {
    fields: ['verbosity'],
    run: (body, session, database) => {
      const inner: unknown = body.explain;
      const name = isObject(inner) ? (Object.keys(inner)[0] ?? '') : '';
      const run = Object.hasOwn(explained, name) ? explained[name] : undefined;
      if (!run) throw notHere(`explain of ${name}`);
      return run(inner as Document, session, database);
    },
  },
};
