import type { Document } from 'bson';

/** What a pipeline reads besides its own collection. */
export interface Source {
  readonly read: (
    collection: string,
    asked: { readonly filter?: Document; readonly limit?: unknown },
  ) => readonly Document[];
  /** Fails with MaxTimeMSExpired when the pipeline has run for longer than it may. */
  readonly checkTime: () => void;
}

/** Documents, in typed form, → the stage's results, of which so many are needed. Never changes the documents themselves. */
export type Stage = (documents: readonly Document[], source: Source, limit?: number) => readonly Document[];

/** A stage's specification → stage. Fails for what MongoDB would not take. */
export type CreateStage = (specification: unknown, createPipeline: (pipeline: unknown) => Stage) => Stage;
