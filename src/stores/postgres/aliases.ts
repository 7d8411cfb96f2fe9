import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll, jsonRow } from './ask.ts';
import { type Keys, textKeys, type VersionKey, versionKeys } from './keys.ts';
import { modelAliases } from './tables.ts';

export interface AliasRow {
  readonly modelName: ModelName;
  readonly alias: string;
  readonly version: number;
  readonly protected: boolean;
  readonly revision: number;
  readonly setAt: string;
  readonly setBy: string | null;
}

const row = jsonRow({
  modelName: modelAliases.modelName,
  alias: modelAliases.alias,
  version: modelAliases.version,
  protected: modelAliases.protected,
  revision: modelAliases.revision,
  setAt: modelAliases.setAt,
  setBy: modelAliases.setBy,
});

/** A model's aliases, by name. */
export const aliasesOfModel = askAll<ModelName, AliasRow>({
  name: 'aliases',
  keys: textKeys as Keys<ModelName>,
  from: sql`${modelAliases}`,
  where: sql`${modelAliases.modelName} = k.key`,
  orderBy: sql`${modelAliases.alias}`,
  row,
});

/** The names of the aliases that point at a version. */
export const aliasesOfVersion = askAll<VersionKey, string>({
  name: 'versionAliases',
  keys: versionKeys,
  from: sql`${modelAliases}`,
  where: sql`${modelAliases.modelName} = k.name and ${modelAliases.version} = k.version`,
  orderBy: sql`${modelAliases.alias}`,
  row: sql`to_json(${modelAliases.alias})`,
});
