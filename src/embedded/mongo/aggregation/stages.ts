import { type Document, Int32, Long } from 'bson';
import { MongoError } from '../errors.ts';
import { getAt } from '../paths.ts';
import { createMatcher } from '../query.ts';
import { createSorter } from '../sort.ts';
import { isObject, isTrue, toCount } from '../values.ts';
import { assign } from './assign.ts';
import { part, those } from './lazy.ts';
import type { CreateStage } from './stage.ts';

/** Stages that choose, order, count and unwind documents. */
export const createMatch: CreateStage = (filter) => {
  const matches = createMatcher(filter);
  return (documents) => those(documents, matches);
};

export const createSort: CreateStage = (specification) => {
  const sorter = createSorter(specification);
  if (!sorter) throw new MongoError('SortWithoutKey', '$sort stage must have at least one sort key');
  return (documents, _, limit) => sorter(documents, limit);
};

export const createLimit: CreateStage = (limit) => {
  const count = wholeNumber('$limit', limit);
  if (count === 0) throw new MongoError('LimitNotPositive', 'the limit must be positive');
  return (documents) => part(documents, 0, count);
};

export const createSkip: CreateStage = (skip) => {
  const count = wholeNumber('$skip', skip);
  return (documents) => part(documents, count, Number.POSITIVE_INFINITY);
};

export const createSample: CreateStage = (specification) => {
  if (!isObject(specification) || Object.keys(specification).join() !== 'size')
    throw new MongoError('FailedToParse', '$sample takes a size, and nothing more');
  const size = wholeNumber('$sample', specification.size);
  return (documents) => {
    const drawn = Array.from(documents, (document) => ({ document, lot: Math.random() }));
    return drawn
      .sort((a, b) => a.lot - b.lot)
      .slice(0, size)
      .map(({ document }) => document);
  };
};

export const createCount: CreateStage = (field) => {
  if (typeof field !== 'string' || field === '' || field.startsWith('$') || field.includes('.')) {
    throw new MongoError('FailedToParse', 'the count field must be a non-empty string without $ and .');
  }
  return (documents) => {
    let count = 0;
    for (const _ of documents) count += 1;
    return count === 0 ? [] : [{ [field]: new Int32(count) }];
  };
};

const unwindOptions = ['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'];

/** `$unwind`. https://www.mongodb.com/docs/manual/reference/operator/aggregation/unwind/ */
export const createUnwind: CreateStage = (specification) => {
  const options: Document = isObject(specification) ? specification : { path: specification };
  const { path: reference, includeArrayIndex: indexField, preserveNullAndEmptyArrays: preserve } = options;
  const strange = Object.keys(options).find((key) => !unwindOptions.includes(key));
  if (strange) throw new MongoError('FailedToParse', `unrecognized option to $unwind stage: ${strange}`);
  if (typeof reference !== 'string' || !/^\$[^$]/.test(reference))
    throw new MongoError('FailedToParse', "path option to $unwind stage should be prefixed with a '$'");
  if (indexField !== undefined && (typeof indexField !== 'string' || /^$|^\$/.test(indexField))) {
    throw new MongoError('FailedToParse', 'includeArrayIndex option to $unwind stage must be a name');
  }
  const path = reference.slice(1).split('.');
  const withMember = (document: Document, member: unknown, index: number | null): Document => {
    const copy = assign(document, path, member);
    const position = index === null ? null : Long.fromNumber(index);
    return (indexField ? assign(copy, String(indexField).split('.'), position) : copy) as Document;
  };
  return function* (documents) {
    for (const document of documents) {
      const value = getAt(document, path);
      if (Array.isArray(value) && value.length > 0) {
        for (const [n, member] of value.entries()) yield withMember(document, member, n);
      } else if (value !== undefined && value !== null && !Array.isArray(value)) {
        yield withMember(document, value, null);
      } else if (isTrue(preserve)) {
        yield withMember(document, Array.isArray(value) ? undefined : value, null);
      }
    }
  };
};

function wholeNumber(stage: string, value: unknown): number {
  const count = toCount(value);
  if (count !== undefined && Number.isInteger(count) && count >= 0) return count;
  throw new MongoError(
    'FailedToParse',
    `invalid argument to ${stage} stage: Expected a non-negative whole number`,
  );
}
