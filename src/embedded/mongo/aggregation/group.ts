import { type Document, Int32 } from 'bson';
import { MongoError, notHere } from '../errors.ts';
import { compareValues, type Identity, identityOf } from '../order.ts';
import { isObject, toCount } from '../values.ts';
import { type Accumulator, createAccumulator } from './accumulators.ts';
import { createExpression } from './create-expression.ts';
import type { CreateStage } from './stage.ts';

type Accumulators = readonly (readonly [string, Accumulator])[];

const createAccumulators = (fields: Document): Accumulators =>
  Object.entries(fields).map(([field, specification]) => {
    if (field.includes('.'))
      throw new MongoError('FailedToParse', `The field name '${field}' cannot contain '.'`);
    return [field, createAccumulator(field, specification)];
  });

const resultOf = (_id: unknown, documents: readonly Document[], accumulators: Accumulators): Document => ({
  _id,
  ...Object.fromEntries(
    accumulators.map(([field, { value, result }]) => [field, result(documents.map(value))]),
  ),
});

/** `$group`. https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/ */
export const createGroup: CreateStage = (specification) => {
  if (!isObject(specification))
    throw new MongoError('FailedToParse', "a group's fields must be specified in an object");
  if (!('_id' in specification))
    throw new MongoError('GroupWithoutId', 'a group specification must include an _id');
  const { _id, ...fields } = specification;
  const idOf = createExpression(_id);
  const accumulators = createAccumulators(fields);
  if (isConstant(_id))
    return (documents) => (documents.length === 0 ? [] : [resultOf(_id ?? null, documents, accumulators)]);
  return (documents) => {
    const groups = new Map<Identity, { id: unknown; members: Document[] }>();
    for (const document of documents) {
      const id = idOf(document) ?? null;
      const key = identityOf(id);
      const group = groups.get(key);
      if (group) group.members.push(document);
      else groups.set(key, { id, members: [document] });
    }
    return [...groups.values()].map(({ id, members }) => resultOf(id, members, accumulators));
  };
};

const isConstant = (expression: unknown) =>
  typeof expression !== 'string' && !Array.isArray(expression) && !isObject(expression);

const defaultOutput = { count: { $sum: new Int32(1) } };

function checkKeys(stage: string, specification: unknown, known: readonly string[]): Document {
  if (!isObject(specification))
    throw new MongoError('FailedToParse', `The argument to ${stage} must be an object`);
  const strange = Object.keys(specification).find((key) => !known.includes(key));
  if (strange === 'granularity') throw notHere(`${stage} with granularity`);
  if (strange !== undefined)
    throw new MongoError('FailedToParse', `Unrecognized option to ${stage}: ${strange}`);
  return specification;
}

/** `$bucket`: from one boundary up to the next. */
export const createBucket: CreateStage = (specification) => {
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
  const group = createAccumulators(output ?? defaultOutput);
  const boundaryOf = (value: unknown): unknown => {
    const at = boundaries.findLastIndex((boundary) => compareValues(boundary, value) <= 0);
    if (at >= 0 && at < boundaries.length - 1) return boundaries[at];
    if (other === undefined)
      throw new MongoError(
        'NoBucket',
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    return other;
  };
  return (documents) => {
    const entries = documents.map((document) => ({
      document,
      key: identityOf(boundaryOf(keyOf(document) ?? null)),
    }));
    return [...boundaries, other].sort(compareValues).flatMap((boundary) => {
      const key = identityOf(boundary);
      const members = entries.filter((entry) => entry.key === key).map(({ document }) => document);
      return members.length > 0 ? [resultOf(boundary, members, group)] : [];
    });
  };
};

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
  const accumulators = createAccumulators(output ?? defaultOutput);
  return (documents) => {
    const entries = documents.map((document) => ({ key: keyOf(document) ?? null, document }));
    entries.sort((a, b) => compareValues(a.key, b.key));
    const size = Math.max(1, Math.round(entries.length / count));
    const made: Document[] = [];
    for (let start = 0; start < entries.length; ) {
      let end = made.length === count - 1 ? entries.length : Math.min(start + size, entries.length);
      while (end < entries.length && compareValues(entries[end - 1]?.key, entries[end]?.key) === 0) end += 1;
      const max = (entries[end] ?? entries[end - 1])?.key;
      const members = entries.slice(start, end).map(({ document }) => document);
      made.push(resultOf({ min: entries[start]?.key, max }, members, accumulators));
      start = end;
    }
    return made;
  };
};
