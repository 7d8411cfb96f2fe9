import type { Collection, IndexDescription, WriteConcern } from 'mongodb';
import type { Dataset, Run } from '../entities.ts';

export type RunDocument = Omit<Run, 'id'> & { _id: string };

/** The production client's collections, in the database of the comparison. */
export interface MongoRuns {
  readonly runs: Collection<RunDocument>;
  readonly datasets: Collection<Omit<Dataset, 'id'> & { _id: string }>;
  /** Whether the journal must be on disk before a write is answered. */
  readonly writeConcern: WriteConcern;
}

export const toDocument = ({ id, ...rest }: Run): RunDocument => ({ _id: id, ...rest });

export const runIndexes: IndexDescription[] = [
  { key: { accuracy: -1 } },
  { key: { dataset: 1, status: 1, framework: 1, accuracy: 1 } },
];
