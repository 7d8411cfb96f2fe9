import { z } from 'zod';
import type { ModelName } from '../model-name.ts';
import { invalidTransition, notFound } from '../problems.ts';
import type { Store } from '../store-name.ts';
import { deleteModelRows } from '../stores/postgres/delete-model.ts';
import { type DeploymentRow, liveDeployments } from '../stores/postgres/deployments.ts';
import { rememberAnswer } from '../stores/postgres/idempotency.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { touchModel } from '../stores/postgres/write-models.ts';
import { insertOutbox, noteAttempt } from '../stores/postgres/write-outbox.ts';
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
 * InvalidTransitionError while it is live. PostgreSQL decides: a store that cannot be purged now does not undo it.
 */
export const deleteModel = defineOperation(deleteModelInput, async (context, input) => {
  const { name, idempotencyKey: key } = input;
  let deletedAt: Date | undefined;
  const answer = await decide<DeleteModelSuccess>(
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
      });
      // By the gateway's clock, as the documents that are to be purged have their times.
      deletedAt = new Date();
      const payload = { deletedAt: deletedAt.toISOString() };
      await insertOutbox(transaction, { sequence, modelName: name, kind: 'MODEL_DELETED', payload });
      return { name, sequence, purged: ['POSTGRES'] };
    },
  );
  // An answer given before: whatever has its name now is another model.
  return deletedAt ? purge(context, answer, deletedAt, key) : answer;
});

async function purge(
  { stores, request }: OperationContext,
  { name, sequence }: DeleteModelSuccess,
  deletedAt: Date,
  key: string | null | undefined,
): Promise<DeleteModelSuccess> {
  const others = ['MONGODB', 'REDIS'] as const;
  const attempts = await Promise.allSettled([
    stores.mongo.purgeModel({ name, deletedAt }, request),
    stores.redis.purgeModel(name, request),
  ]);
  const purged: Store[] = ['POSTGRES', ...others.filter((_, n) => attempts[n]?.status === 'fulfilled')];
  const errors = attempts.flatMap((attempt) =>
    attempt.status === 'rejected'
      ? [attempt.reason instanceof Error ? attempt.reason.message : String(attempt.reason)]
      : [],
  );
  const answer = { name, sequence, purged };
  const note = stores.postgres.transact({ operation: 'noteAttempt', request }, async (transaction) => {
    await noteAttempt(transaction, sequence, errors.length > 0 ? errors.join(' ') : null);
    if (key != null) await rememberAnswer(transaction, key, answer);
  });
  // Not noted it stays pending, and is done once more.
  await note.catch(() => {});
  return answer;
}

function stillLive(name: ModelName, live: readonly DeploymentRow[]) {
  const where = live.map(({ version, environment }) => `version ${version} in ${environment}`);
  return invalidTransition(
    `"${name}" is live: ${where.join(', ')}. Retire its deployments first.`,
    'LIVE',
    'DELETED',
  );
}
