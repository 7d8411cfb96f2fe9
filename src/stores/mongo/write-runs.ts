import { BSON, type Collection, Long } from 'mongodb';
import { type ConfigAtRest, schemaVersion } from './configs.ts';
import { guardedBulk, type Unwritten } from './guarded-bulk.ts';

/** A run's configuration as it was registered; `document` is BSON in base64. */
export interface RunConfigToWrite {
  readonly id: string;
  readonly modelName: string;
  readonly framework: string;
  readonly createdAt: string;
  readonly document: string;
  /** Of the event that this tells of, 64 bits as text. */
  readonly sequence: string;
}

/** Puts the configurations of runs where no newer ones are. Returns those that MongoDB refused; rejects with the driver's error. */
export function writeRuns(
  configs: Collection<ConfigAtRest>,
  runs: readonly RunConfigToWrite[],
  deadlineMs: number,
): Promise<Unwritten[]> {
  const options = { maxTimeMS: deadlineMs, comment: 'writeRuns', areNew: true };
  return guardedBulk(configs, runs, toConfig, options);
}

function toConfig({ id, modelName, framework, createdAt, document, sequence }: RunConfigToWrite) {
  return {
    _id: id,
    kind: 'RUN' as const,
    modelName,
    framework,
    schemaVersion,
    revision: 1,
    updatedAt: new Date(createdAt),
    sequence: Long.fromString(sequence),
    // Unpromoted, so that a long stays a long and a double a double.
    document: BSON.deserialize(Buffer.from(document, 'base64'), { promoteValues: false }),
  };
}
