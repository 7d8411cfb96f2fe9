import type { ModelName } from '../../model-name.ts';
import type { VersionKey } from './keys.ts';
import type { Transaction } from './transact.ts';

interface VersionToWrite {
  readonly modelName: ModelName;
  readonly runId: string | null;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

interface ArtifactToWrite {
  readonly id: string;
  readonly kind: string;
  readonly uri: string;
  readonly sha256: string | null;
  /** 64 bits, as text. */
  readonly sizeBytes: string | null;
}

/** Writes the model's next version and returns its number. The model must be locked (`ensureModel`). */
export async function insertVersion(
  transaction: Transaction,
  { modelName, runId, description, tags }: VersionToWrite,
): Promise<number> {
  const [row] = await transaction<{ version: number }[]>`/* modelgraph insertVersion */
    insert into model_versions (model_name, version, run_id, description, tags)
    select ${modelName}::text, coalesce(max(version), 0) + 1, ${runId}::uuid, ${description}::text, ${transaction.json(tags)}::jsonb
    from model_versions where model_name = ${modelName} returning version`;
  return Number(row?.version);
}

/** Writes what belongs to a version, whatever the number of artifacts by one statement. */
export async function insertArtifacts(
  transaction: Transaction,
  { name, version }: VersionKey,
  artifacts: readonly ArtifactToWrite[],
): Promise<void> {
  if (artifacts.length === 0) return;
  const column = (key: keyof ArtifactToWrite) => artifacts.map((artifact) => artifact[key]);
  const columns = [column('id'), column('kind'), column('uri'), column('sha256'), column('sizeBytes')];
  await transaction.unsafe(insert, [name, version, ...columns] as never[], { prepare: true });
}

const insert = `/* modelgraph insertArtifacts */
  insert into artifacts (model_name, version, id, kind, uri, sha256, size_bytes)
  select $1, $2, * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[])`;
