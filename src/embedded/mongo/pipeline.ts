import type { Document } from 'bson';
import { Aggregator } from 'mingo';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import { MongoError, notHere } from './errors.ts';
import { checkFilter } from './query.ts';
import { isObject, toPlain } from './values.ts';

const stages = new Set([
  ...[
    '$match',
    '$project',
    '$addFields',
    '$set',
    '$unset',
    '$group',
    '$sort',
    '$limit',
    '$skip',
    '$unwind',
    '$count',
  ],
  ...[
    '$facet',
    '$bucket',
    '$bucketAuto',
    '$sortByCount',
    '$replaceRoot',
    '$replaceWith',
    '$lookup',
    '$sample',
    '$unionWith',
  ],
]);
const knownElsewhere = new Set([
  ...[
    '$out',
    '$merge',
    '$collStats',
    '$indexStats',
    '$currentOp',
    '$listSessions',
    '$planCacheStats',
    '$geoNear',
    '$search',
  ],
  ...[
    '$graphLookup',
    '$setWindowFields',
    '$densify',
    '$fill',
    '$documents',
    '$redact',
    '$vectorSearch',
    '$querySettings',
  ],
]);
const operators = new Set([...Object.keys(accumulators), ...Object.keys(expressions), '$literal']);

/** Stages whose members with a dollar are not expressions. */
const ownSyntax = new Set(['$match', '$sort', '$limit', '$skip', '$count', '$sample', '$unwind']);

/** Fails for stages and operators that are unknown to MongoDB, or to this server. */
export function checkPipeline(pipeline: unknown): asserts pipeline is Document[] {
  if (!Array.isArray(pipeline))
    throw new MongoError('TypeMismatch', "'pipeline' option must be specified as an array");
  for (const stage of pipeline) {
    const [name, ...more] = isObject(stage) ? Object.keys(stage) : [];
    if (name === undefined || more.length > 0)
      throw new MongoError(
        'UnrecognizedStage',
        'A pipeline stage specification object must contain exactly one field.',
      );
    checkStage(name, (stage as Document)[name]);
  }
}

function checkStage(name: string, body: unknown): void {
  if (name === '$changeStream')
    throw new MongoError(
      'ChangeStreamNeedsReplicaSet',
      'The $changeStream stage is only supported on replica sets',
    );
  if (knownElsewhere.has(name)) throw notHere(`The stage ${name}`);
  if (!stages.has(name))
    throw new MongoError('UnrecognizedStage', `Unrecognized pipeline stage name: '${name}'`);
  if (name === '$match') checkFilter(body);
  else if (name === '$facet' && isObject(body)) for (const inner of Object.values(body)) checkPipeline(inner);
  else if (!ownSyntax.has(name)) checkExpressions(body);
}

function checkExpressions(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) checkExpressions(item);
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === 'pipeline' && Array.isArray(member)) checkPipeline(member);
    else if (key.startsWith('$') && !operators.has(key))
      throw new MongoError('InvalidPipelineOperator', `Unrecognized expression '${key}'`);
    else if (key !== '$literal') checkExpressions(member);
  }
}

/** Runs a checked pipeline; numbers come back in the least type that holds them. `read` gives other collections. */
export function runPipeline(
  pipeline: readonly Document[],
  documents: readonly Document[],
  read: (collection: string) => Document[],
): Document[] {
  const aggregator = new Aggregator(toPlain(pipeline) as Document[], {
    collectionResolver: (name: string) => read(name).map(toPlain) as Document[],
  });
  try {
    return aggregator.run(documents.map(toPlain) as Document[]) as Document[];
  } catch (error) {
    // mingo words its own complaints for the author of the pipeline.
    throw new MongoError('BadValue', error instanceof Error ? error.message : String(error));
  }
}
