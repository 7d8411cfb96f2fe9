import { MongoError, notHere } from '../errors.ts';
import { elementsAt, setAt } from '../paths.ts';
import { createMatcher } from '../query.ts';
import { clone, isObject } from '../values.ts';
import { each } from './lazy.ts';
import { readFirst } from './read-first.ts';
import type { CreateStage } from './stage.ts';

/** `$facet`: several pipelines over the same documents. */
export const createFacet: CreateStage = (specification, createPipeline) => {
  if (!isObject(specification) || Object.keys(specification).length === 0) {
    throw new MongoError('FailedToParse', 'the $facet specification must be a non-empty object');
  }
  const facets = Object.entries(specification).map(
    ([name, pipeline]) => [name, createPipeline(pipeline)] as const,
  );
  return (documents, source) => {
    const all = [...documents];
    return [Object.fromEntries(facets.map(([name, run]) => [name, [...run(all, source)]]))];
  };
};

/** `$unionWith`: the name of a collection, or a collection and a pipeline. */
export const createUnionWith: CreateStage = (specification, createPipeline) => {
  const { coll, pipeline = [], ...rest } = isObject(specification) ? specification : { coll: specification };
  if (typeof coll !== 'string' || Object.keys(rest).length > 0)
    throw new MongoError('FailedToParse', '$unionWith takes coll and pipeline, and nothing more');
  createPipeline(pipeline);
  return function* (documents, source) {
    yield* documents;
    yield* readFirst(coll, pipeline, createPipeline, source);
  };
};

/** `$lookup` by equal fields, or of what a pipeline without variables finds. */
export const createLookup: CreateStage = (specification, createPipeline) => {
  if (!isObject(specification))
    throw new MongoError('FailedToParse', 'the $lookup specification must be an Object');
  const { from, localField, foreignField, as, pipeline = [], let: variables, ...rest } = specification;
  if (variables !== undefined && Object.keys(variables).length > 0) throw notHere('$lookup with let');
  if (Object.keys(rest).length > 0)
    throw new MongoError('FailedToParse', `unknown argument to $lookup: ${Object.keys(rest)[0]}`);
  if (typeof from !== 'string' || typeof as !== 'string' || as === '')
    throw new MongoError('FailedToParse', 'must specify from and as, both of type string, for a $lookup');
  const byFields = typeof localField === 'string' && typeof foreignField === 'string';
  if (
    !byFields &&
    (localField !== undefined || foreignField !== undefined || !('pipeline' in specification))
  ) {
    throw new MongoError('FailedToParse', '$lookup requires both localField and foreignField, or a pipeline');
  }
  const run = createPipeline(pipeline);
  return (documents, source) => {
    const foreign = source.read(from, {});
    return each(documents, (document) => {
      const copy = clone(document);
      const found = byFields
        ? foreign.filter(matcherOf(localValues(document, localField), foreignField))
        : foreign;
      setAt(copy, as.split('.'), [...run(found, source)]);
      return copy;
    });
  };
};

/** An array in the local field counts by its members. */
const localValues = (document: Record<string, unknown>, field: string): unknown[] =>
  elementsAt(document, field.split('.'), false).flatMap((value) => value ?? null);

const matcherOf = (values: readonly unknown[], field: string) => {
  const matchers = values.map((value) => createMatcher({ [field]: { $eq: value } }));
  return (document: Record<string, unknown>) => matchers.some((matches) => matches(document));
};
