import { z } from 'zod';
import type { ModelName } from '../model-name.ts';
import { invalidTransition, notFound } from '../problems.ts';
import { type Store, storeNames } from '../store-name.ts';
import { deleteModelRows } from '../stores/postgres/delete-model.ts';
import { type DeploymentRow, liveDeployments } from '../stores/postgres/deployments.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { touchModel } from '../stores/postgres/write-models.ts';
import { awaitReplicas } from './await-replicas.ts';
import { routeChanged } from './change-route.ts';
import { decide } from './decide.ts';
import { idempotencyKey, modelName } from './inputs.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const deleteModelInput = z.object({ idempotencyKey, name: modelName });

export interface DeleteModelSuccess {
  readonly name: ModelName;
  readonly sequence: string;
  /** The stores that hold nothing of it any more; what is missing here is still pending in the outbox. */
  readonly purged: readonly Store[];
}

/**
 * Deletes a model with all that hangs on it; only its events stay, and its name may be registered again. Refused with
 * InvalidTransitionError while it is live. PostgreSQL decides, and the other stores follow: it waits a moment for them.
 */
export const deleteModel = defineOperation(deleteModelInput, async (context, input) => {
  const { name } = input;
  const answer = await decide<Omit<DeleteModelSuccess, 'purged'>>(
    context,
    { operation: 'deleteModel', input },
    async (transaction) => {
      if (!(await touchModel(transaction, name))) throw notFound('ModelInfo', name);
      const live = await askIn(transaction, liveDeployments, name);
      if (live.length > 0) throw stillLive(name, live);
      const before = await deleteModelRows(transaction, name);
      const sequence = await writeEvent(transaction, {
        kind: 'MODEL_DELETED',
        modelName: name,
        actor: context.actor,
        before,
        // By the gateway's clock, as the documents that are to be purged have their times.
        after: { deletedAt: new Date().toISOString() },
        metricKeys: 'ALL',
      });
      return { name, sequence };
    },
  );
  await routeChanged(context, name);
  return { ...answer, purged: await purgedStores(context, answer) };
});

const patienceMs = 1_000;

async function purgedStores(
  { stores, request }: OperationContext,
  { name, sequence }: Omit<DeleteModelSuccess, 'purged'>,
): Promise<readonly Store[]> {
  // The model is deleted: when PostgreSQL fails now, it is only unknown who knows that.
  const behind = await awaitReplicas(stores, [{ name, sequence }], { atMostMs: patienceMs, request }).catch(
    () => [['MONGODB', 'REDIS'] as const],
  );
  return storeNames.filter((store) => store === 'POSTGRES' || !behind[0]?.includes(store));
}

function stillLive(name: ModelName, live: readonly DeploymentRow[]) {
  const where = live.map(({ version, environment }) => `version ${version} in ${environment}`);
  return invalidTransition(
    `"${name}" is live: ${where.join(', ')}. Retire its deployments first.`,
    'LIVE',
    'DELETED',
  );
}
