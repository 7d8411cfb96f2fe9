import type { Document } from 'bson';
import type { MemberCounts, NamedValue } from '../member-counts.ts';

/** What a pipeline reads besides its own collection. */
export interface Source {
  readonly read: (
    collection: string,
    asked: { readonly filter?: Document; readonly limit?: unknown },
  ) => readonly Document[];
  /** How often the documents that match give each value, arrays by their members; undefined: no index tells. */
  readonly countValues: (collection: string, filter: Document, value: NamedValue) => MemberCounts | undefined;
  /** How many documents match; undefined: they have to be looked at. */
  readonly count: (collection: string, filter: Document) => number | undefined;
  /** Fails with MaxTimeMSExpired when the pipeline has run for longer than it may. */
  readonly checkTime: () => void;
}

/**
 * Documents, in typed form, → the stage's results, of which so many are needed; both can be gone through once. Never
 * changes the documents themselves.
 */
export type Stage = (documents: Iterable<Document>, source: Source, limit?: number) => Iterable<Document>;

/** A stage's specification → stage. Fails for what MongoDB would not take. */
export type CreateStage = (specification: unknown, createPipeline: (pipeline: unknown) => Stage) => Stage;
