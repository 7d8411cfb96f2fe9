import { type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from 'graphql';
import { type JsonPointer, parseJsonPointer } from '../json-pointer.ts';
import type { DocumentParts } from '../stores/mongo/projection.ts';
import { type SelectedField, selectedFields } from './selection.ts';

/** Tells the store which parts of the document the query will look at, so that no more is read. */
export function resolveConfig<T>(info: GraphQLResolveInfo, load: (parts: DocumentParts) => T): T {
  if (!isObjectType(info.returnType)) throw new TypeError('config returns an object');
  return load(shownParts(info, info.returnType));
}

/** The parts of a document that the query asks of `type`, which is ModelConfig. */
export const shownParts = (info: GraphQLResolveInfo, type: GraphQLObjectType): DocumentParts =>
  selectedFields(info, type).flatMap(partsOf);

/** `document(paths:)` as pointers; none given means all of it. */
export const documentPointers = (paths: readonly string[] | null | undefined): readonly JsonPointer[] =>
  paths == null ? [[]] : paths.map((path) => parseJsonPointer(path, ['paths']));

function partsOf({ field, args }: SelectedField): DocumentParts {
  switch (field.name) {
    case 'document':
      return documentPointers(args.paths as string[] | null | undefined);
    case 'value':
      return [parseJsonPointer(String(args.path), ['path'])];
    case 'hyperparameters':
    case 'metrics':
      return [[field.name]];
    default:
      return [];
  }
}
