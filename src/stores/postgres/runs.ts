import { type SQL, sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askOne, jsonRow } from './ask.ts';
import { allOf } from './filter.ts';
import { idKeys, type Keys, textKeys, type VersionKey, versionKeys } from './keys.ts';
import type { PageRequest } from './keyset.ts';
import { type RunFilter, type RunStatus, runHits, whereRun } from './run-filter.ts';
import { type RunOrder, runStretches } from './run-order.ts';
import { askStretches, type Hits } from './stretches.ts';
import { modelVersions, runDatasets, trainingRuns } from './tables.ts';

export interface RunRow {
  readonly id: string;
  readonly modelName: ModelName;
  readonly status: RunStatus;
  readonly framework: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Whole milliseconds as text; null while the run has no end. */
  readonly durationMs: string | null;
}

/** A run as JSON; refers to the table `training_runs`. */
export const runJson = jsonRow({
  id: trainingRuns.id,
  modelName: trainingRuns.modelName,
  status: trainingRuns.status,
  framework: trainingRuns.framework,
  createdAt: trainingRuns.createdAt,
  startedAt: trainingRuns.startedAt,
  endedAt: trainingRuns.endedAt,
  durationMs: sql`(extract(epoch from ${trainingRuns.endedAt} - ${trainingRuns.startedAt}) * 1000)::bigint::text`,
});
const from = sql`${trainingRuns}`;

export const runRow = askOne<string, RunRow>({
  name: 'runRow',
  keys: idKeys,
  from,
  where: sql`${trainingRuns.id} = k.key`,
  row: runJson,
});

/** The run that produced a version; undefined: an imported version. */
export const runOfVersion = askOne<VersionKey, RunRow>({
  name: 'runOfVersion',
  keys: versionKeys,
  from: sql`${modelVersions} join ${trainingRuns} on ${trainingRuns.id} = ${modelVersions.runId}`,
  where: sql`${modelVersions.modelName} = k.name and ${modelVersions.version} = k.version`,
  row: runJson,
});

/** Whose runs: all, one model's, or those that used one dataset. */
export type RunOwner = 'ALL' | 'MODEL' | 'DATASET';

const ofDataset = sql`select ${runDatasets.runId} from ${runDatasets} where ${runDatasets.datasetId} = k.key`;

const owners: Record<RunOwner, { name: string; keys: Keys<string>; where: SQL; hits?: Hits }> = {
  ALL: { name: 'runs', keys: textKeys, where: sql`true` },
  MODEL: { name: 'runsOfModel', keys: textKeys, where: sql`${trainingRuns.modelName} = k.key` },
  DATASET: {
    name: 'runsOfDataset',
    keys: idKeys,
    where: sql`${trainingRuns.id} in (${ofDataset})`,
    hits: { of: sql`${trainingRuns.id}`, ids: ofDataset },
  },
};

/** A page of an owner's runs; the key is the model's name, the dataset's id, or an empty text. */
export function runPage(owner: RunOwner, filter: RunFilter, order: RunOrder, page: PageRequest) {
  const rows = rowsOf(owner, filter);
  const { name, values, stretches } = runStretches(order, filter, rows.where, owner === 'MODEL');
  return askStretches<string, RunRow>({
    name: `${rows.name}${name}`,
    keys: rows.keys,
    values: { ...rows.values, ...values },
    row: runJson,
    stretches,
    page,
    // A model's own runs are found by the model, in whatever order.
    hits: owner === 'MODEL' ? undefined : (owners[owner].hits ?? runHits(filter)),
  });
}

/** An owner's runs that match, one by one. */
export function rowsOf(owner: RunOwner, filter: RunFilter) {
  const { name, keys, where } = owners[owner];
  const condition = allOf([{ name: '', where, values: {} }, ...whereRun(filter)]);
  return { name: `${name}${condition.name}`, keys, from, where: condition.where, values: condition.values };
}
