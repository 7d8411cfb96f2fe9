import type { Document } from 'bson';
import { createKindGroup } from './group.ts';
import type { Source, Stage } from './stage.ts';

/** Runs a pipeline over a collection. What it begins with, a `$match` and a `$limit` or `$group`, is left to its indexes. */
export function readFirst(
  collection: string,
  pipeline: readonly Document[],
  createPipeline: (pipeline: unknown) => Stage,
  source: Source,
): Iterable<Document> {
  const [first, second] = pipeline;
  if (first?.$match === undefined) return createPipeline(pipeline)(source.read(collection, {}), source);
  const kindGroup = second?.$group === undefined ? undefined : createKindGroup(second.$group);
  const kinds = kindGroup && source.kinds(collection, first.$match, kindGroup.path);
  if (kinds) return createPipeline(pipeline.slice(2))(kindGroup.group(kinds), source);
  const limit: unknown = second?.$limit;
  const documents = source.read(collection, { filter: first.$match, limit });
  return createPipeline(pipeline.slice(limit === undefined ? 1 : 2))(documents, source);
}
