import type { ModelName } from '../../model-name.ts';
import type { Transaction } from './transact.ts';

/**
 * Deletes a model with all that hangs on it; its events stay. The model must be locked (`touchModel`) and not live.
 * Datasets belong to nobody and stay too.
 */
export async function deleteModelRows(transaction: Transaction, name: ModelName): Promise<void> {
  // What refers to a row goes before it; links, metrics and points go with their runs, the best values with the model.
  await transaction`/* modelgraph deleteDeployments */ delete from deployments where model_name = ${name}`;
  await transaction`/* modelgraph deleteArtifacts */ delete from artifacts where model_name = ${name}`;
  await transaction`/* modelgraph deleteAliases */ delete from model_aliases where model_name = ${name}`;
  await transaction`/* modelgraph deleteVersions */ delete from model_versions where model_name = ${name}`;
  await transaction`/* modelgraph deleteRuns */ delete from training_runs where model_name = ${name}`;
  await transaction`/* modelgraph deleteModel */ delete from models where name = ${name}`;
}
