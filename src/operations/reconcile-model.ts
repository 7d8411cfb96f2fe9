import type { ModelName } from '../model-name.ts';
import { modelIsThere } from '../stores/postgres/board-models.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { lockModel } from '../stores/postgres/write-models.ts';
import { awaitReplicas } from './await-replicas.ts';
import { type ConsistencyReport, checkConsistency } from './check-consistency.ts';
import type { OperationContext } from './operation.ts';

const patienceMs = 5_000;

/**
 * Has MongoDB and Redis told anew all that PostgreSQL has of a model, when they hold it otherwise, and what is left of a
 * model that is not there removed. Waits up to five seconds, and reports how things stand then.
 */
export async function reconcileModel(context: OperationContext, name: ModelName): Promise<ConsistencyReport> {
  const before = await checkConsistency(context, name);
  if (before.consistent) return before;
  const { stores, actor, request } = context;
  const sequence = await stores.postgres.transact(
    { operation: 'reconcileModel', request },
    async (transaction) => {
      await lockModel(transaction, name);
      const isThere = await askIn(transaction, modelIsThere, name);
      return writeEvent(transaction, {
        kind: 'MODEL_RECONCILED',
        modelName: name,
        actor,
        before: { drifts: before.drifts.length },
        ...(!isThere && { after: { deletedAt: new Date().toISOString() } }),
        metricKeys: 'ALL',
      });
    },
  );
  await awaitReplicas(stores, [{ name, sequence }], { atMostMs: patienceMs, request });
  return checkConsistency(context, name);
}
