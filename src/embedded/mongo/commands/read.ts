import { type Document, Int32, type Long } from 'bson';
import { findDocuments } from '../collection.ts';
import { findCollection } from '../database.ts';
import { MongoError, notHere } from '../errors.ts';
import { compareValues } from '../order.ts';
import { valuesAt } from '../paths.ts';
import { checkPipeline, runPipeline } from '../pipeline.ts';
import { createProjector } from '../projection.ts';
import { checkFilter } from '../query.ts';
import { isObject, isTrue, toCount } from '../values.ts';
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

const select = (session: Session, database: string, name: string, body: Document): Document[] => {
  const filter: unknown = body.filter ?? body.query ?? {};
  checkFilter(filter);
  const collection = findCollection(session.databases, database, name);
  const limit = toCount(body.limit) ?? 0;
  const skip = toCount(body.skip) ?? 0;
  if (skip < 0) throw new MongoError('BadValue', 'BSON field skip value must be >= 0');
  const found = { filter: filter as Document, sort: body.sort, skip, limit: Math.abs(limit) };
  return collection ? findDocuments(collection, found) : [];
};

const findFields = ['filter', 'sort', 'projection', 'skip', 'limit', ...harmless];

function find(body: Document, session: Session, database: string): Document {
  const name = collectionName(body, 'find');
  const project = createProjector(body.projection);
  const documents = select(session, database, name, body).map(project);
  return session.cursors.open(
    `${database}.${name}`,
    documents,
    toCount(body.batchSize),
    isTrue(body.singleBatch),
  );
}

function aggregate(body: Document, session: Session, database: string): Document {
  const target: unknown = body.aggregate;
  if (isTrue(body.explain)) throw notHere('explain');
  const pipeline: unknown = body.pipeline;
  checkPipeline(pipeline);
  const name = typeof target === 'string' ? collectionName(body, 'aggregate') : '$cmd.aggregate';
  // What begins like a find is answered like one, with every value in its own type.
  const { query, rest } = splitPipeline(pipeline);
  const read = (collection: string) => select(session, database, collection, {});
  const documents = typeof target === 'string' ? select(session, database, name, query) : [];
  const results = rest.length === 0 ? documents : runPipeline(rest, documents, read);
  const batchSize = isObject(body.cursor) ? toCount(body.cursor.batchSize) : undefined;
  return session.cursors.open(`${database}.${name}`, [...results], batchSize, false);
}

const leading = { $match: 'filter', $sort: 'sort', $skip: 'skip', $limit: 'limit' } as const;

/** A pipeline's beginning, as far as it is a find: each of these stages once, in this order. */
function splitPipeline(pipeline: readonly Document[]): { query: Document; rest: readonly Document[] } {
  const query: Document = {};
  let at = 0;
  for (const [stage, field] of Object.entries(leading)) {
    const body: unknown = pipeline[at]?.[stage];
    if (body === undefined || (stage === '$limit' && (toCount(body) ?? 0) <= 0)) continue;
    query[field] = body;
    at += 1;
  }
  return { query, rest: pipeline.slice(at) };
}

function distinct(body: Document, session: Session, database: string): Document {
  const path = String(body.key).split('.');
  const values = select(session, database, collectionName(body, 'distinct'), body)
    .flatMap((document) => valuesAt(document, path))
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .sort(compareValues);
  return { values: values.filter((value, n) => n === 0 || compareValues(value, values[n - 1]) !== 0) };
}

const explained: Readonly<Record<string, Command['run']>> = {
  find: (body, session, database) => {
    checkFields('find', body, findFields);
    const filter = (body.filter ?? {}) as Document;
    const n = select(session, database, collectionName(body, 'find'), body).length;
    const stage = '_id' in filter ? 'IDHACK' : 'COLLSCAN';
    return {
      queryPlanner: { winningPlan: { stage }, rejectedPlans: [] },
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
    run: (body, session, database) => ({
      n: new Int32(select(session, database, collectionName(body, 'count'), body).length),
    }),
  },
  distinct: { fields: ['key', 'query'], run: distinct },
  getMore: {
    fields: ['collection', 'batchSize'],
    run: (body, session, database) =>
      session.cursors.next(body.getMore as Long, `${database}.${body.collection}`, toCount(body.batchSize)),
  },
  killCursors: {
    fields: ['cursors'],
    run: (body, session) => {
      const asked = body.cursors as Long[];
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
