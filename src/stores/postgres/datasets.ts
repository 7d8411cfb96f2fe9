import { sql } from 'drizzle-orm';
import { askAll, askCount, askOne, askPage, jsonRow } from './ask.ts';
import { allOf, type StringFilter, whereString } from './filter.ts';
import { idKeys, type Keys, textKeys } from './keys.ts';
import type { Order, PageRequest } from './keyset.ts';
import { datasets, runDatasets } from './tables.ts';

export interface DatasetRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly uri: string | null;
  /** 64 bits, as text. */
  readonly rowCount: string | null;
  readonly digest: string | null;
  readonly createdAt: string;
}

export type DatasetRole = 'TRAIN' | 'VALIDATION' | 'TEST';

export interface RunDatasetRow {
  readonly role: DatasetRole;
  readonly dataset: DatasetRow;
}

/** A dataset by name and version, or by name alone: then the version created last. */
export interface DatasetKey {
  readonly name: string;
  readonly version: string | null;
}

/** One of them as JSON; refers to the table `datasets`. */
export const datasetJson = jsonRow({
  id: datasets.id,
  name: datasets.name,
  version: datasets.version,
  uri: datasets.uri,
  rowCount: sql`${datasets.rowCount}::text`,
  digest: datasets.digest,
  createdAt: datasets.createdAt,
});
const from = sql`${datasets}`;

export const datasetRow = askOne<string, DatasetRow>({
  name: 'datasetRow',
  keys: idKeys,
  from,
  where: sql`${datasets.id} = k.key`,
  row: datasetJson,
});

const datasetKeys: Keys<DatasetKey> = {
  keyOf: ({ name, version }) => JSON.stringify([name, version]),
  columns: (keys) => ({ names: keys.map(({ name }) => name), versions: keys.map(({ version }) => version) }),
  unnest: sql`unnest(${sql.placeholder('names')}::text[], ${sql.placeholder('versions')}::text[]) with ordinality as k(name, version, i)`,
};

export const datasetByName = askOne<DatasetKey, DatasetRow>({
  name: 'datasetByName',
  keys: datasetKeys,
  from,
  where: sql`${datasets.name} = k.name and (k.version is null or ${datasets.version} = k.version)`,
  orderBy: sql`${datasets.createdAt} desc, ${datasets.id} desc`,
  row: datasetJson,
});

/** The datasets a run read, and as what. */
export const datasetsOfRun = askAll<string, RunDatasetRow>({
  name: 'datasetsOfRun',
  keys: idKeys,
  from: sql`${runDatasets} join ${datasets} on ${datasets.id} = ${runDatasets.datasetId}`,
  where: sql`${runDatasets.runId} = k.key`,
  orderBy: sql`array_position(array['TRAIN','VALIDATION','TEST'], ${runDatasets.role}), ${datasets.name}, ${datasets.version}`,
  row: sql`json_build_object('role', ${runDatasets.role}, 'dataset', ${datasetJson})`,
});

const byName: Order = {
  columns: [sql`${datasets.name}`, sql`${datasets.version}`],
  types: ['text', 'text'],
  descending: false,
};

/** A page of all datasets by name and version; the key is an empty text. */
export function datasetPage(name: StringFilter | null | undefined, page: PageRequest) {
  return askPage<string, DatasetRow>({ ...rowsNamed(name), row: datasetJson, order: byName, page });
}

export function datasetCount(name: StringFilter | null | undefined) {
  return askCount<string>(rowsNamed(name));
}

function rowsNamed(filter: StringFilter | null | undefined) {
  const { name, where, values } = allOf(whereString('name', sql`${datasets.name}`, filter));
  return { name: `datasets${name}`, keys: textKeys, from, where, values };
}
