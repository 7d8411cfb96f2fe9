import type { ModelName } from '../../model-name.ts';
import type { Transaction } from './transact.ts';

/** How much went with a model. */
export interface DeletedRows {
  readonly versions: number;
  readonly runs: number;
}

/** Deletes a model and all that hangs on it, but for its events. The model must be locked (`touchModel`). */
export async function deleteModelRows(transaction: Transaction, name: ModelName): Promise<DeletedRows> {
  // One statement, at whose end the references are checked; runs take their metrics and dataset links with them.
  const [deleted] = await transaction<DeletedRows[]>`/* modelgraph deleteModelRows */
    with gone_deployments as (delete from deployments where model_name = ${name}),
      gone_artifacts as (delete from artifacts where model_name = ${name}),
      gone_aliases as (delete from model_aliases where model_name = ${name}),
      gone_versions as (delete from model_versions where model_name = ${name} returning version),
      gone_runs as (delete from training_runs where model_name = ${name} returning id),
      gone_model as (delete from models where name = ${name})
    select (select count(*)::int from gone_versions) as versions, (select count(*)::int from gone_runs) as runs`;
  return { versions: deleted?.versions ?? 0, runs: deleted?.runs ?? 0 };
}
