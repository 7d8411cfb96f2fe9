import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askCount, askOne, askPage, jsonRow } from './ask.ts';
import { allOf } from './filter.ts';
import { idKeys, type Keys, textKeys, type VersionKey, versionKeys } from './keys.ts';
import type { Order, PageRequest } from './keyset.ts';
import { modelAliases, modelVersions } from './tables.ts';
import { type VersionFilter, whereVersion } from './version-filter.ts';

export interface VersionRow {
  readonly modelName: ModelName;
  readonly version: number;
  readonly runId: string | null;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

/** One of a model's versions by the alias that points at it. */
export interface AliasKey {
  readonly name: ModelName;
  readonly alias: string;
}

const row = jsonRow({
  modelName: modelVersions.modelName,
  version: modelVersions.version,
  runId: modelVersions.runId,
  description: modelVersions.description,
  tags: modelVersions.tags,
  createdAt: modelVersions.createdAt,
});
const from = sql`${modelVersions}`;
const ofModel = sql`${modelVersions.modelName} = k.key`;

export const versionRow = askOne<VersionKey, VersionRow>({
  name: 'versionRow',
  keys: versionKeys,
  from,
  where: sql`${modelVersions.modelName} = k.name and ${modelVersions.version} = k.version`,
  row,
});

/** The version with the highest number; undefined: the model has none. */
export const latestVersion = askOne<ModelName, VersionRow>({
  name: 'latestVersion',
  keys: textKeys as Keys<ModelName>,
  from,
  where: ofModel,
  orderBy: sql`${modelVersions.version} desc`,
  row,
});

const aliasKeys: Keys<AliasKey> = {
  keyOf: ({ name, alias }) => `${alias}\n${name}`,
  columns: (keys) => ({ names: keys.map(({ name }) => name), aliases: keys.map(({ alias }) => alias) }),
  unnest: sql`unnest(${sql.placeholder('names')}::text[], ${sql.placeholder('aliases')}::text[]) with ordinality as k(name, alias, i)`,
};

/** The version an alias points at now. */
export const versionByAlias = askOne<AliasKey, VersionRow>({
  name: 'versionByAlias',
  keys: aliasKeys,
  from: sql`${modelAliases} join ${modelVersions} on ${modelVersions.modelName} = ${modelAliases.modelName}
    and ${modelVersions.version} = ${modelAliases.version}`,
  where: sql`${modelAliases.modelName} = k.name and ${modelAliases.alias} = k.alias`,
  row,
});

/** Newest first: by number, which only grows. */
const newestFirst: Order = { columns: [sql`${modelVersions.version}`], types: ['integer'], descending: true };

/** A page of a model's versions that match. */
export function versionPage(filter: VersionFilter, page: PageRequest) {
  return askPage<ModelName, VersionRow>({ ...rowsOf(filter), row, order: newestFirst, page });
}

export const versionCount = (filter: VersionFilter) => askCount<ModelName>(rowsOf(filter));

function rowsOf(filter: VersionFilter) {
  const keys = textKeys as Keys<ModelName>;
  const conditions = whereVersion(filter);
  const { name, where, values } = allOf([{ name: '', where: ofModel, values: {} }, ...conditions]);
  return { name: `versions${name}`, keys, from, where, values };
}

const ofRun = sql`${modelVersions.runId} = k.key`;
const byModelNewestFirst: Order = {
  columns: [sql`${modelVersions.modelName}`, sql`${modelVersions.version}`],
  types: ['text', 'integer'],
  descending: true,
};

/** A page of the versions that a run produced. */
export function versionPageOfRun(page: PageRequest) {
  return askPage<string, VersionRow>({
    name: 'versionsOfRun',
    keys: idKeys,
    from,
    where: ofRun,
    row,
    order: byModelNewestFirst,
    page,
  });
}

export const versionCountOfRun = askCount<string>({
  name: 'versionsOfRun',
  keys: idKeys,
  from,
  where: ofRun,
});
