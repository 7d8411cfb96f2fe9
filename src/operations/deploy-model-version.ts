import { v7 } from 'uuid';
import { z } from 'zod';
import { invalidInput, notFound } from '../problems.ts';
import { type DeploymentRow, deploymentRow, liveDeployments } from '../stores/postgres/deployments.ts';
import { askIn, type Transaction } from '../stores/postgres/transact.ts';
import { changeDeployment, insertDeployment } from '../stores/postgres/write-deployments.ts';
import { lastSequence, writeEvent } from '../stores/postgres/write-events.ts';
import { lockModel, touchModel } from '../stores/postgres/write-models.ts';
import { changesRoute, routeChanged } from './change-route.ts';
import { decide } from './decide.ts';
import { endpoint } from './endpoint-input.ts';
import { findVersion, versionRef } from './find-version.ts';
import { idempotencyKey, modelName, oneOf, percent } from './inputs.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const deployModelVersionInput = z.object({
  idempotencyKey,
  modelName,
  ref: versionRef,
  environment: oneOf(['DEVELOPMENT', 'STAGING', 'PRODUCTION']),
  endpoint: endpoint.nullish(),
  trafficPercent: percent.default(100),
});

export interface DeploymentSuccess {
  readonly deployment: DeploymentRow;
  readonly sequence: string;
}

/**
 * Gives a version a share of the model's traffic in an environment, ACTIVE at once. A version that is live there keeps its
 * deployment: its traffic is changed, and its endpoint when one is given. All live shares add up to at most 100.
 */
export const deployModelVersion = defineOperation(deployModelVersionInput, async (context, input) => {
  const answer = await decide<DeploymentSuccess>(
    context,
    { operation: 'deployModelVersion', input },
    async (transaction) => {
      const { modelName: name, environment, trafficPercent } = input;
      if (!(await lockModel(transaction, name))) throw notFound('ModelInfo', name);
      const { version } = await findVersion(transaction, name, input.ref);
      const live = (await askIn(transaction, liveDeployments, name)).filter(
        (deployment) => deployment.environment === environment,
      );
      const before = live.find((deployment) => deployment.version === version);
      requireTraffic(
        trafficPercent,
        live.filter((deployment) => deployment !== before),
      );
      const endpoint = input.endpoint ?? before?.endpoint ?? null;
      if (before) return change(transaction, context, before, { trafficPercent, endpoint });
      const after = { version, environment, trafficPercent, endpoint };
      const id = v7();
      await touchModel(transaction, name);
      await insertDeployment(transaction, { ...after, id, modelName: name });
      const sequence = await writeEvent(transaction, {
        kind: 'DEPLOYED',
        modelName: name,
        subject: { type: 'Deployment', key: id },
        actor: context.actor,
        after,
        ...changesRoute,
      });
      return { deployment: await written(transaction, id), sequence };
    },
  );
  await routeChanged(context, input.modelName);
  return answer;
});

function requireTraffic(asked: number, others: readonly DeploymentRow[]): void {
  const taken = others.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
  if (taken + asked <= 100) return;
  const holders = others
    .filter(({ trafficPercent }) => trafficPercent > 0)
    .map(({ version, trafficPercent }) => `version ${version} has ${trafficPercent} %`);
  const message = `${taken} % of the traffic is taken and ${asked} % more would be over 100 %: ${holders.join(', ')}`;
  throw invalidInput([{ path: ['trafficPercent'], message }]);
}

async function change(
  transaction: Transaction,
  { actor }: OperationContext,
  before: DeploymentRow,
  after: Pick<DeploymentRow, 'trafficPercent' | 'endpoint'>,
): Promise<DeploymentSuccess> {
  const { id, modelName: name, status, trafficPercent, endpoint } = before;
  if (status === 'ACTIVE' && trafficPercent === after.trafficPercent && endpoint === after.endpoint)
    return { deployment: before, sequence: await lastSequence(transaction, name) };
  await touchModel(transaction, name);
  await changeDeployment(transaction, { id, ...after });
  const sequence = await writeEvent(transaction, {
    kind: 'DEPLOYMENT_CHANGED',
    modelName: name,
    subject: { type: 'Deployment', key: id },
    actor,
    before: { status, trafficPercent, endpoint },
    after: { status: 'ACTIVE', ...after },
    ...changesRoute,
  });
  return { deployment: await written(transaction, id), sequence };
}

const written = async (transaction: Transaction, id: string) =>
  (await askIn(transaction, deploymentRow, id)) as DeploymentRow;
