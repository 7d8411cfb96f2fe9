import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askOne, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import { runConfigs, trainingRuns } from './tables.ts';

/** The configuration that a run was registered with. */
export interface RunDocument {
  readonly id: string;
  readonly modelName: ModelName;
  readonly framework: string;
  readonly createdAt: string;
  /** BSON in base64. */
  readonly document: string;
}

/** By run id; undefined: there is no such run, or no more. */
export const runDocument = askOne<string, RunDocument>({
  name: 'runDocument',
  keys: idKeys,
  from: sql`${runConfigs} join ${trainingRuns} on ${trainingRuns.id} = ${runConfigs.runId}`,
  where: sql`${runConfigs.runId} = k.key`,
  row: jsonRow({
    id: trainingRuns.id,
    modelName: trainingRuns.modelName,
    framework: trainingRuns.framework,
    createdAt: trainingRuns.createdAt,
    document: sql`encode(${runConfigs.document}, 'base64')`,
  }),
});
