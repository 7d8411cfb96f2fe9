import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askCount, askOne, askPage, jsonRow } from './ask.ts';
import { idKeys, type VersionKey, versionKeys } from './keys.ts';
import type { PageRequest } from './keyset.ts';
import { artifacts } from './tables.ts';

export interface ArtifactRow {
  readonly id: string;
  readonly modelName: ModelName;
  readonly version: number;
  readonly kind: string;
  readonly uri: string;
  readonly sha256: string | null;
  /** 64 bits, as text. */
  readonly sizeBytes: string | null;
  readonly createdAt: string;
}

/** One of them as JSON; refers to the table `artifacts`. */
export const artifactJson = jsonRow({
  id: artifacts.id,
  modelName: artifacts.modelName,
  version: artifacts.version,
  kind: artifacts.kind,
  uri: artifacts.uri,
  sha256: artifacts.sha256,
  sizeBytes: sql`${artifacts.sizeBytes}::text`,
  createdAt: artifacts.createdAt,
});
const ofVersion = {
  name: 'artifacts',
  keys: versionKeys,
  from: sql`${artifacts}`,
  where: sql`${artifacts.modelName} = k.name and ${artifacts.version} = k.version`,
};

export const artifactRow = askOne<string, ArtifactRow>({
  name: 'artifactRow',
  keys: idKeys,
  from: sql`${artifacts}`,
  where: sql`${artifacts.id} = k.key`,
  row: artifactJson,
});

/** A page of a version's artifacts, oldest first. */
export function artifactPage(page: PageRequest) {
  const columns = [sql`${artifacts.createdAt}`, sql`${artifacts.id}`];
  return askPage<VersionKey, ArtifactRow>({
    ...ofVersion,
    row: artifactJson,
    order: { columns, types: ['timestamptz', 'uuid'], descending: false },
    page,
  });
}

export const artifactCount = askCount<VersionKey>(ofVersion);
