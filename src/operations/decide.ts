import { createHash } from 'node:crypto';
import { idempotencyConflict } from '../problems.ts';
import { claimIdempotencyKeys, rememberAnswers } from '../stores/postgres/idempotency.ts';
import type { Transaction } from '../stores/postgres/transact.ts';
import type { OperationContext } from './operation.ts';

/** The operation's name and its checked input. */
interface Decision {
  readonly operation: string;
  readonly input: { readonly idempotencyKey?: string | null | undefined };
}

/**
 * One PostgreSQL transaction that decides a write. Under an idempotency key the first answer, which must be plain JSON,
 * is given again; refuses the key for another input.
 */
export function decide<Answer extends object>(
  { stores, request }: OperationContext,
  { operation, input }: Decision,
  run: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer> {
  const { idempotencyKey: key } = input;
  return stores.postgres.transact({ operation, request }, async (transaction, withCommit) => {
    if (key == null) return run(transaction);
    const inputSha256 = digestOf(operation, input);
    const earlier = (await claimIdempotencyKeys(transaction, [{ key, inputSha256 }])).get(key);
    if (earlier && earlier.inputSha256 !== inputSha256) throw idempotencyConflict(earlier.firstUsedAt);
    if (earlier) return earlier.answer as Answer;
    const answer = await run(transaction);
    withCommit(rememberAnswers(transaction, new Map([[key, answer]])));
    return answer;
  });
}

/** Hash of an operation's name and its checked input, by which the same write is known again. */
export const digestOf = (operation: string, input: object) =>
  createHash('sha256')
    .update(`${operation}\n${JSON.stringify(sorted(input))}`)
    .digest('hex');

/** The same input with its members in another order is the same input. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).filter(([, member]) => member != null);
  return members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]);
}
