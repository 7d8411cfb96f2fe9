import { z } from 'zod';
import { notFound } from '../problems.ts';
import { type DeploymentRow, deploymentRow } from '../stores/postgres/deployments.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { retireDeployment as retire, touchModelOfDeployment } from '../stores/postgres/write-deployments.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { changesRoute, routeChanged } from './change-route.ts';
import { decide } from './decide.ts';
import type { DeploymentSuccess } from './deploy-model-version.ts';
import { idempotencyKey, text, uuid } from './inputs.ts';
import { defineOperation } from './operation.ts';
import { deploymentStates, requireTransition } from './state-machine.ts';

const retireDeploymentInput = z.object({
  idempotencyKey,
  deploymentId: uuid,
  reason: text(1_000).nullish(),
});

/** Takes a deployment out of the traffic for good, whatever its state. InvalidTransitionError when it is retired already. */
export const retireDeployment = defineOperation(retireDeploymentInput, async (context, input) => {
  const answer = await decide<DeploymentSuccess>(
    context,
    { operation: 'retireDeployment', input },
    async (transaction) => {
      const { deploymentId: id, reason } = input;
      const locked = await touchModelOfDeployment(transaction, id);
      const before = locked ? await askIn(transaction, deploymentRow, id) : undefined;
      if (!before) throw notFound('Deployment', id);
      requireTransition(deploymentStates, 'The deployment', before.status, 'RETIRED');
      await retire(transaction, id);
      const { modelName, version, environment, status, trafficPercent } = before;
      const sequence = await writeEvent(transaction, {
        kind: 'DEPLOYMENT_RETIRED',
        modelName,
        subject: { type: 'Deployment', key: id },
        actor: context.actor,
        before: { status, version, environment, trafficPercent },
        after: { status: 'RETIRED', ...(reason != null && { reason }) },
        ...changesRoute,
      });
      const deployment = await askIn(transaction, deploymentRow, id);
      return { deployment: deployment as DeploymentRow, sequence };
    },
  );
  await routeChanged(context, answer.deployment.modelName);
  return answer;
});
