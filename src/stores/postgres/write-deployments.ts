import type { ModelName } from '../../model-name.ts';
import type { DeploymentRow, Environment } from './deployments.ts';
import type { Transaction } from './transact.ts';

interface DeploymentToWrite {
  readonly id: string;
  readonly modelName: ModelName;
  readonly version: number;
  readonly environment: Environment;
  readonly trafficPercent: number;
  readonly endpoint: string | null;
}

/** Writes a deployment that is ACTIVE from now on. The model must be locked (`touchModel`). */
export async function insertDeployment(transaction: Transaction, deployment: DeploymentToWrite) {
  const { id, modelName, version, environment, trafficPercent, endpoint } = deployment;
  await transaction`/* modelgraph insertDeployment */
    insert into deployments (id, model_name, version, environment, status, traffic_percent, endpoint, created_at, deployed_at)
    values (${id}, ${modelName}, ${version}, ${environment}, 'ACTIVE', ${trafficPercent}, ${endpoint},
      statement_timestamp(), statement_timestamp())`;
}

/** Gives a live deployment other traffic and another endpoint; it is ACTIVE then. The model must be locked. */
export async function changeDeployment(
  transaction: Transaction,
  { id, trafficPercent, endpoint }: Pick<DeploymentToWrite, 'id' | 'trafficPercent' | 'endpoint'>,
) {
  await transaction`/* modelgraph changeDeployment */
    update deployments set status = 'ACTIVE', traffic_percent = ${trafficPercent}, endpoint = ${endpoint},
      deployed_at = coalesce(deployed_at, statement_timestamp()) where id = ${id}`;
}

/** Says that a deployment takes no more traffic. The model must be locked (`touchModelOfDeployment`). */
export async function retireDeployment(transaction: Transaction, id: DeploymentRow['id']) {
  await transaction`/* modelgraph retireDeployment */
    update deployments set status = 'RETIRED', retired_at = statement_timestamp() where id = ${id}`;
}

/** As `touchModel`, for the model of a deployment. False: there is no such deployment. */
export async function touchModelOfDeployment(transaction: Transaction, id: string): Promise<boolean> {
  const touched = await transaction`/* modelgraph touchModelOfDeployment */
    update models set updated_at = greatest(now(), updated_at)
    where name = (select model_name from deployments where id = ${id}) returning name`;
  return touched.length > 0;
}
