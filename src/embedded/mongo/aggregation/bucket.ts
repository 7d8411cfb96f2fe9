import { type Document, Int32 } from 'bson';
import { MongoError, notHere } from '../errors.ts';
import { compareValues, firstWhere } from '../order.ts';
import { isObject, toCount } from '../values.ts';
import { createExpression } from './create-expression.ts';
import { eachOnce, type Grouping } from './group.ts';
import type { CreateStage } from './stage.ts';
import { createTally, type Tally } from './tally.ts';

const defaultOutput = { count: { $sum: new Int32(1) } };

function resultOf(_id: unknown, documents: readonly Document[], { start, add, result }: Tally): Document {
  const sums = start();
  for (const document of documents) add(sums, document, 1);
  return result(_id, sums);
}

function checkKeys(stage: string, specification: unknown, known: readonly string[]): Document {
  if (!isObject(specification))
    throw new MongoError('FailedToParse', `The argument to ${stage} must be an object`);
  const strange = Object.keys(specification).find((key) => !known.includes(key));
  if (strange === 'granularity') throw notHere(`${stage} with granularity`);
  if (strange !== undefined)
    throw new MongoError('FailedToParse', `Unrecognized option to ${stage}: ${strange}`);
  return specification;
}

/** `$bucket`. https://www.mongodb.com/docs/manual/reference/operator/aggregation/bucket/ */
export const createBucket: CreateStage = (specification) => eachOnce(createBucketing(specification));

/** What `$bucket` says → grouping: from one boundary up to the next. */
export function createBucketing(specification: unknown): Grouping {
  const {
    groupBy,
    boundaries,
    default: other,
    output,
  } = checkKeys('$bucket', specification, ['groupBy', 'boundaries', 'default', 'output']);
  const ordered =
    Array.isArray(boundaries) &&
    boundaries.every((one, n) => n === 0 || compareValues(boundaries[n - 1], one) < 0);
  if (!ordered || boundaries.length < 2)
    throw new MongoError('FailedToParse', 'The $bucket boundaries must be at least two, in ascending order');
  const keyOf = createExpression(groupBy);
  const tally = createTally(output ?? defaultOutput);
  const boundaryOf = (value: unknown): unknown => {
    const next = firstWhere(boundaries, 0, (boundary) => compareValues(boundary, value) > 0);
    if (next > 0 && next < boundaries.length) return boundaries[next - 1];
    if (other === undefined)
      throw new MongoError(
        'NoBucket',
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    return other;
  };
  return (documents) => {
    const buckets = new Map<unknown, unknown[]>();
    for (const { document, count } of documents) {
      const boundary = boundaryOf(keyOf(document) ?? null);
      const sums = buckets.get(boundary) ?? tally.start();
      buckets.set(boundary, sums);
      tally.add(sums, document, count);
    }
    return [...buckets]
      .sort(([a], [b]) => compareValues(a, b))
      .map(([boundary, sums]) => tally.result(boundary, sums));
  };
}

/** `$bucketAuto`: so many buckets of about as many documents; equal values stay together. */
export const createBucketAuto: CreateStage = (specification) => {
  const { groupBy, buckets, output } = checkKeys('$bucketAuto', specification, [
    'groupBy',
    'buckets',
    'output',
  ]);
  const count = toCount(buckets);
  if (count === undefined || !Number.isInteger(count) || count < 1)
    throw new MongoError('FailedToParse', "The $bucketAuto 'buckets' must be a positive integer");
  const keyOf = createExpression(groupBy);
  const tally = createTally(output ?? defaultOutput);
  return (documents) => {
    const entries = Array.from(documents, (document) => ({ key: keyOf(document) ?? null, document }));
    entries.sort((a, b) => compareValues(a.key, b.key));
    const size = Math.max(1, Math.round(entries.length / count));
    const made: Document[] = [];
    for (let start = 0; start < entries.length; ) {
      let end = made.length === count - 1 ? entries.length : Math.min(start + size, entries.length);
      while (end < entries.length && compareValues(entries[end - 1]?.key, entries[end]?.key) === 0) end += 1;
      const max = (entries[end] ?? entries[end - 1])?.key;
      const members = entries.slice(start, end).map(({ document }) => document);
      made.push(resultOf({ min: entries[start]?.key, max }, members, tally));
      start = end;
    }
    return made;
  };
};
