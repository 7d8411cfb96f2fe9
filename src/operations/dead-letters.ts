import { badUserInput } from '../errors.ts';
import {
  buryDeadLetters,
  lockDeadLetters,
  type OutboxKey,
  reviveDeadLetters,
} from '../stores/postgres/dead-letters.ts';
import type { Transaction } from '../stores/postgres/transact.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import type { OperationContext } from './operation.ts';

const maxLetters = 1_000;

/** Has stores told again what they refused. Fails with BAD_USER_INPUT, and does nothing, when one is no dead letter. */
export function replayDeadLetters(context: OperationContext, keys: readonly OutboxKey[]): Promise<void> {
  return withLocked(context, 'replayDeadLetters', keys, (transaction) =>
    reviveDeadLetters(transaction, keys),
  );
}

/**
 * Gives up telling stores what they refused, and writes into the history of the models who did so and why. Fails with
 * BAD_USER_INPUT, and does nothing, when one is no dead letter or the reason is empty.
 */
export function discardDeadLetters(
  context: OperationContext,
  keys: readonly OutboxKey[],
  reason: string,
): Promise<void> {
  if (reason.trim() === '' || reason.length > 1_000 || /[\0\p{Cs}]/u.test(reason))
    throw badUserInput(['reason'], 'Give a reason of 1 to 1000 characters.');
  return withLocked(context, 'discardDeadLetters', keys, async (transaction, locked) => {
    await buryDeadLetters(transaction, keys, reason);
    for (const { modelName, sequence, store } of locked)
      await writeEvent(transaction, {
        kind: 'DEAD_LETTER_DISCARDED',
        modelName,
        actor: context.actor,
        after: { sequence, store, reason },
      });
  });
}

async function withLocked(
  { stores, request }: OperationContext,
  operation: string,
  keys: readonly OutboxKey[],
  run: (transaction: Transaction, locked: Awaited<ReturnType<typeof lockDeadLetters>>) => Promise<void>,
): Promise<void> {
  if (keys.length === 0 || keys.length > maxLetters)
    throw badUserInput(['ids'], `Give from 1 to ${maxLetters} ids.`);
  await stores.postgres.transact({ operation, keys: keys.length, request }, async (transaction) => {
    const locked = await lockDeadLetters(transaction, keys);
    const found = new Set(locked.map(({ sequence, store }) => `${sequence} ${store}`));
    keys.forEach(({ sequence, store }, n) => {
      if (!found.has(`${sequence} ${store}`))
        throw badUserInput(['ids', String(n)], 'This is the id of no dead letter, or of one no more.');
    });
    await run(transaction, locked);
  });
}
