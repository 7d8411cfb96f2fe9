import { type Document, Int32 } from 'bson';
import { MongoError, notHere } from '../errors.ts';
import { isObject, toCount } from '../values.ts';
import { createBucket, createBucketAuto } from './bucket.ts';
import { createFacet, createLookup, createUnionWith } from './combine.ts';
import { createGroup } from './group.ts';
import { timed } from './lazy.ts';
import {
  createAddFields,
  createProject,
  createReplaceRoot,
  createReplaceWith,
  createUnset,
} from './reshape.ts';
import type { CreateStage, Stage } from './stage.ts';
import {
  createCount,
  createLimit,
  createMatch,
  createSample,
  createSkip,
  createSort,
  createUnwind,
} from './stages.ts';

/** `$sortByCount` is a $group and a $sort. */
const createSortByCount: CreateStage = (expression, create) =>
  create([
    { $group: { _id: expression, count: { $sum: new Int32(1) } } },
    { $sort: { count: new Int32(-1) } },
  ]);

const stages: Readonly<Record<string, CreateStage>> = {
  $match: createMatch,
  $sort: createSort,
  $limit: createLimit,
  $skip: createSkip,
  $sample: createSample,
  $count: createCount,
  $unwind: createUnwind,
  $project: createProject,
  $addFields: createAddFields,
  $set: createAddFields,
  $unset: createUnset,
  $replaceRoot: createReplaceRoot,
  $replaceWith: createReplaceWith,
  $group: createGroup,
  $sortByCount: createSortByCount,
  $bucket: createBucket,
  $bucketAuto: createBucketAuto,
  $facet: createFacet,
  $lookup: createLookup,
  $unionWith: createUnionWith,
};
const knownElsewhere = new Set([
  ...[
    '$out',
    '$merge',
    '$collStats',
    '$indexStats',
    '$currentOp',
    '$listSessions',
    '$listLocalSessions',
    '$planCacheStats',
  ],
  ...[
    '$geoNear',
    '$search',
    '$searchMeta',
    '$graphLookup',
    '$setWindowFields',
    '$densify',
    '$fill',
    '$documents',
    '$redact',
  ],
  ...[
    '$vectorSearch',
    '$querySettings',
    '$shardedDataDistribution',
    '$listSampledQueries',
    '$listSearchIndexes',
  ],
]);

/** Pipeline → what it does to documents. Fails for stages and operators that are unknown to MongoDB, or here. */
export function createPipeline(pipeline: unknown): Stage {
  if (!Array.isArray(pipeline))
    throw new MongoError('TypeMismatch', "'pipeline' option must be specified as an array");
  const all = pipeline.map(createStage);
  return (documents, source) =>
    all.reduce<Iterable<Document>>(
      (results, stage, n) => {
        source.checkTime();
        // What of a sorted list is dropped next need not be sorted.
        return stage(results, source, limitOf(pipeline[n + 1]));
      },
      timed(documents, source),
    );
}

const limitOf = (next: unknown) => (isObject(next) ? toCount(next.$limit) : undefined);

function createStage(stage: unknown): Stage {
  const [name, ...more] = isObject(stage) ? Object.keys(stage) : [];
  if (!isObject(stage) || name === undefined || more.length > 0) {
    throw new MongoError(
      'StageWithManyFields',
      'A pipeline stage specification object must contain exactly one field.',
    );
  }
  if (name === '$changeStream')
    throw new MongoError(
      'ChangeStreamNeedsReplicaSet',
      'The $changeStream stage is only supported on replica sets',
    );
  if (knownElsewhere.has(name)) throw notHere(`The stage ${name}`);
  const create = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (!create) throw new MongoError('UnrecognizedStage', `Unrecognized pipeline stage name: '${name}'`);
  return create(stage[name], createPipeline);
}
