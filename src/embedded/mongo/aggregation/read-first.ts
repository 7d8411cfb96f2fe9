import type { Document } from 'bson';
import { readSize } from './read-size.ts';
import { readValues } from './read-values.ts';
import type { Source, Stage } from './stage.ts';

/** Runs a pipeline over a collection. What it begins with, a `$match` and a `$limit`, or what can be counted, is left to its indexes. */
export function readFirst(
  collection: string,
  pipeline: readonly Document[],
  createPipeline: (pipeline: unknown) => Stage,
  source: Source,
): Iterable<Document> {
  const [first, second] = pipeline;
  if (first?.$match === undefined) return createPipeline(pipeline)(source.read(collection, {}), source);
  const counted = readValues(collection, pipeline, createPipeline, source);
  if (counted) return counted;
  const size = readSize(collection, pipeline, source);
  if (size) return createPipeline(size.rest)(size.documents, source);
  const limit: unknown = second?.$limit;
  const documents = source.read(collection, { filter: first.$match, limit });
  return createPipeline(pipeline.slice(limit === undefined ? 1 : 2))(documents, source);
}
