import { z } from 'zod';
import type { ModelName } from '../model-name.ts';
import { invalidTransition, notFound } from '../problems.ts';
import type { Store } from '../store-name.ts';
import { deleteModelRows } from '../stores/postgres/delete-model.ts';
import { liveDeployments } from '../stores/postgres/deployments.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { touchModel } from '../stores/postgres/write-models.ts';
import { enqueue, isPendingDelete, markApplied } from '../stores/postgres/write-outbox.ts';
import { decide } from './decide.ts';
import { idempotencyKey, modelName } from './inputs.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const deleteModelInput = z.object({ idempotencyKey, name: modelName });

interface Deleted {
  readonly deleted: ModelName;
  readonly sequence: string;
}

export interface DeleteModelSuccess extends Deleted {
  /** Stores that hold nothing of it any more; another one is told later. */
  readonly purged: readonly Store[];
}

/**
 * Deletes a model that is not live, for good; its events stay. PostgreSQL decides, and notes in the same transaction what
 * the others still have to forget; then they are told at once, and success does not wait for one that is away.
 */
export const deleteModel = defineOperation(
  deleteModelInput,
  async (context, input): Promise<DeleteModelSuccess> => {
    const decided = await decide<Deleted>(
      context,
      { operation: 'deleteModel', input },
      async (transaction) => {
        const { name } = input;
        if (!(await touchModel(transaction, name))) throw notFound('ModelInfo', name);
        const live = await askIn(transaction, liveDeployments, name);
        if (live.length > 0) {
          const where = [...new Set(live.map(({ environment }) => environment))].join(', ');
          throw invalidTransition(
            `"${name}" is live in ${where}; retire its deployments first.`,
            'LIVE',
            'DELETED',
          );
        }
        await deleteModelRows(transaction, name);
        const event = { kind: 'MODEL_DELETED', modelName: name, actor: context.actor };
        const sequence = await writeEvent(transaction, event);
        await enqueue(transaction, { sequence, modelName: name, kind: event.kind, payload: {} });
        return { deleted: name, sequence };
      },
    );
    return { ...decided, purged: await purge(context, decided) };
  },
);

async function purge(
  { stores, request }: OperationContext,
  { deleted, sequence }: Deleted,
): Promise<Store[]> {
  const { postgres, mongo, redis } = stores;
  const name = { operation: 'purgeModel', request };
  const isPending = await postgres
    .transact({ ...name, operation: 'isPendingDelete' }, (transaction) =>
      isPendingDelete(transaction, sequence),
    )
    .catch(() => undefined);
  // Told before, or the name is somebody else's by now: nothing of it may be touched.
  if (isPending === false) return ['POSTGRES', 'MONGODB', 'REDIS'];
  if (isPending === undefined) return ['POSTGRES'];
  // What could not be told stays noted in the outbox; the decision stands either way.
  const [fromMongo, fromRedis] = await Promise.allSettled([
    mongo.purgeModel(name, deleted),
    redis.purgeModel(name, deleted),
  ]);
  const gone = [fromMongo, fromRedis].map(({ status }) => status === 'fulfilled');
  if (gone.every(Boolean)) {
    await postgres
      .transact({ ...name, operation: 'markApplied' }, (transaction) => markApplied(transaction, sequence))
      .catch(() => undefined);
  }
  return ['POSTGRES', ...(gone[0] ? ['MONGODB' as const] : []), ...(gone[1] ? ['REDIS' as const] : [])];
}
