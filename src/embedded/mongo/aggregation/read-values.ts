import type { Document } from 'bson';
import type { Matcher } from '../condition.ts';
import { createMemberCounts, type MemberCounts } from '../member-counts.ts';
import { createMatcher } from '../query.ts';
import { isObject, isTrue } from '../values.ts';
import { createBucketing } from './bucket.ts';
import { type Counted, createGrouping, type Grouping } from './group.ts';
import { ticker, timed } from './lazy.ts';
import type { Source, Stage } from './stage.ts';

type CreatePipeline = (pipeline: unknown) => Stage;

/**
 * Runs a pipeline that makes of each document nothing but one value, of an array each member: how often each is there, as an
 * index may know, is enough then. Undefined when it makes more of them.
 */
export function readValues(
  collection: string,
  [match, project, unwind, ...stages]: readonly Document[],
  createPipeline: CreatePipeline,
  source: Source,
): Iterable<Document> | undefined {
  const made = valueMade(project?.$project, unwind?.$unwind);
  if (!made) return undefined;
  const { field, value } = made;
  const filter = match?.$match ?? {};
  const counts = countIndexed(collection, filter, value, source) ?? count(collection, filter, value, source);
  const run = (pipeline: readonly Document[]) => runOn({ counts, field }, pipeline, createPipeline, source);
  const [first, ...rest] = stages;
  if (!isObject(first?.$facet)) return run(stages);
  const facets = Object.entries(first.$facet).map(([name, pipeline]) => [name, [...run(pipeline)]]);
  return createPipeline(rest)([Object.fromEntries(facets)], source);
}

/** The expression, and the field it is for, if each document becomes `{field: value}`, or several of an array. */
function valueMade(project: unknown, unwind: unknown): { field: string; value: unknown } | undefined {
  if (!isObject(project) || !isObject(unwind)) return undefined;
  const { _id: withId, ...fields } = project;
  const [[field, value] = ['', undefined], ...others] = Object.entries(fields);
  const { path, preserveNullAndEmptyArrays, ...options } = unwind;
  const isSole = others.length + Object.keys(options).length === 0 && withId !== undefined && !isTrue(withId);
  const isExpression = (typeof value === 'string' && value.startsWith('$')) || isOperator(value);
  const isWhole = path === `$${field}` && !field.includes('.') && isTrue(preserveNullAndEmptyArrays);
  return isSole && isExpression && isWhole ? { field, value } : undefined;
}

const isOperator = (value: unknown) => isObject(value) && Object.keys(value)[0]?.startsWith('$') === true;

function countIndexed(collection: string, filter: Document, value: unknown, source: Source) {
  const isPath = typeof value === 'string' && /^\$[^$]/.test(value);
  return isPath ? source.countValues(collection, filter, value.slice(1)) : undefined;
}

function count(collection: string, filter: Document, value: unknown, source: Source): MemberCounts {
  const counts = createMemberCounts(value);
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
