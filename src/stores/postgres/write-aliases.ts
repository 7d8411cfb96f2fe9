import type { ModelName } from '../../model-name.ts';
import type { Transaction } from './transact.ts';

interface AliasToWrite {
  readonly modelName: ModelName;
  readonly alias: string;
  readonly version: number;
  readonly setBy: string | null;
}

/** Points the alias at the version; its revision grows. The model must be locked (`touchModel`). */
export async function upsertAlias(
  transaction: Transaction,
  { modelName, alias, version, setBy }: AliasToWrite,
) {
  await transaction`/* modelgraph upsertAlias */
    insert into model_aliases (model_name, alias, version, set_by) values (${modelName}, ${alias}, ${version}, ${setBy})
    on conflict (model_name, alias) do update set version = excluded.version, set_by = excluded.set_by,
      set_at = now(), revision = model_aliases.revision + 1`;
}

export async function deleteAlias(transaction: Transaction, modelName: ModelName, alias: string) {
  await transaction`/* modelgraph deleteAlias */
    delete from model_aliases where model_name = ${modelName} and alias = ${alias}`;
}
