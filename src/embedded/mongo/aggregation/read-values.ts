import type { Document } from 'bson';
import type { Matcher } from '../condition.ts';
import { createMemberCounts, type MemberCounts } from '../member-counts.ts';
import { createMatcher } from '../query.ts';
import { isObject, isTrue } from '../values.ts';
import { createBucketing } from './bucket.ts';
import { type Counted, createGrouping, type Grouping } from './group.ts';
import { ticker, timed } from './lazy.ts';
import { isPure } from './native-operators.ts';
import { type Sole, soleFields, valueAfter } from './sole-field.ts';
import type { Source, Stage } from './stage.ts';

type CreatePipeline = (pipeline: unknown) => Stage;

/**
 * Runs a pipeline that makes of each document nothing but one value, of an array each member: how often each is there, as an
 * index may know, is enough then. Undefined when it makes more of them.
 */
export function readValues(
  collection: string,
  [match, ...stages]: readonly Document[],
  createPipeline: CreatePipeline,
  source: Source,
): Iterable<Document> | undefined {
  const soles = soleFields(stages);
  const [unwind, ...others] = stages.slice(soles.length);
  const field = soles.at(-1)?.field;
  if (field === undefined || !isUnwound(unwind?.$unwind, field)) return undefined;
  const filter = match?.$match ?? {};
  const counts = countIndexed(collection, filter, soles, source) ?? count(collection, filter, soles, source);
  const run = (pipeline: readonly Document[]) => runOn({ counts, field }, pipeline, createPipeline, source);
  const [first, ...rest] = others;
  if (!isObject(first?.$facet)) return run(others);
  const facets = Object.entries(first.$facet).map(([name, pipeline]) => [name, [...run(pipeline)]]);
  return createPipeline(rest)([Object.fromEntries(facets)], source);
}

function isUnwound(unwind: unknown, field: string): boolean {
  if (!isObject(unwind)) return false;
  const { path, preserveNullAndEmptyArrays, ...options } = unwind;
  return path === `$${field}` && isTrue(preserveNullAndEmptyArrays) && Object.keys(options).length === 0;
}

function countIndexed(collection: string, filter: Document, soles: readonly Sole[], source: Source) {
  if (!soles.every(({ value }) => isPure(value))) return undefined;
  const name = JSON.stringify(soles);
  return source.countValues(collection, filter, { name, valueIn: valueAfter(soles) });
}

function count(collection: string, filter: Document, soles: readonly Sole[], source: Source): MemberCounts {
  const counts = createMemberCounts(valueAfter(soles));
  for (const document of timed(source.read(collection, { filter }), source)) counts.add(document);
  return counts;
}

interface Taken {
  readonly counts: MemberCounts;
  readonly field: string;
}

function runOn(
  taken: Taken,
  pipeline: readonly Document[],
  createPipeline: CreatePipeline,
  source: Source,
): Iterable<Document> {
  const [match, ...more] = pipeline;
  const [group, ...rest] = match?.$match === undefined ? pipeline : more;
  const documents = countedDocuments(taken, createMatcher(match?.$match ?? {}), source);
  const grouping = groupingOf(group);
  const areDistinct = group?.$group?._id === `$${taken.field}` && taken.counts.areDistinct();
  if (grouping) return createPipeline(rest)(grouping(documents, areDistinct), source);
  return createPipeline(group ? [group, ...rest] : [])(repeated(documents), source);
}

function* countedDocuments({ counts, field }: Taken, matches: Matcher, source: Source): Iterable<Counted> {
  const tick = ticker(source);
  for (const { value, count } of counts.values()) {
    tick();
    const document = value === undefined ? {} : { [field]: value };
    if (matches(document)) yield { document, count };
  }
}

function groupingOf(stage: Document | undefined): Grouping | undefined {
  if (stage?.$group !== undefined) return createGrouping(stage.$group);
  return stage?.$bucket === undefined ? undefined : createBucketing(stage.$bucket);
}

function* repeated(documents: Iterable<Counted>): Iterable<Document> {
  for (const { document, count } of documents) for (let n = 0; n < count; n += 1) yield document;
}
