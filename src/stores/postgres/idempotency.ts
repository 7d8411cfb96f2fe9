import type { Transaction } from './transact.ts';

/** What an earlier write under the same key answered. */
export interface EarlierAnswer {
  readonly inputSha256: string;
  readonly answer: unknown;
  readonly firstUsedAt: string;
}

/**
 * Takes the key for this transaction; when another one has it already, or is about to (which is waited for), its answer.
 * Rolled back with the transaction: a failed write may be tried again under its key.
 */
export async function claimIdempotencyKey(
  transaction: Transaction,
  key: string,
  inputSha256: string,
): Promise<EarlierAnswer | undefined> {
  const claimed = await transaction`/* modelgraph claimIdempotencyKey */
    insert into idempotency_keys (key, input_sha256, answer) values (${key}, ${inputSha256}, 'null')
    on conflict do nothing returning key`;
  if (claimed.length > 0) return undefined;
  const [earlier] = await transaction<EarlierAnswer[]>`/* modelgraph earlierAnswer */
    select input_sha256 as "inputSha256", answer, to_json(first_used_at) #>> '{}' as "firstUsedAt" from idempotency_keys where key = ${key}`;
  return earlier;
}

/** Keeps the answer for whoever comes with the key again. */
export async function rememberAnswer(transaction: Transaction, key: string, answer: object): Promise<void> {
  await transaction`/* modelgraph rememberAnswer */
    update idempotency_keys set answer = ${transaction.json(answer as never)} where key = ${key}`;
}
