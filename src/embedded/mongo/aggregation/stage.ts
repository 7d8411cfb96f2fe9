import type { Document } from 'bson';

/** What a pipeline reads besides its own collection. */
export interface Source {
  readonly read: (collection: string) => readonly Document[];
}

/** Documents, in typed form, → the stage's results. Never changes the documents themselves. */
export type Stage = (documents: readonly Document[], source: Source) => readonly Document[];

/** A stage's specification → stage. Fails for what MongoDB would not take. */
export type CreateStage = (specification: unknown, createPipeline: (pipeline: unknown) => Stage) => Stage;
