import type { Transaction } from './transact.ts';

/** What an earlier write under the same key answered. */
export interface EarlierAnswer {
  readonly inputSha256: string;
  readonly answer: unknown;
  readonly firstUsedAt: string;
}

/** A key, and the hash of the input that it comes with. */
export interface IdempotencyClaim {
  readonly key: string;
  readonly inputSha256: string;
}

/**
 * Takes keys for this transaction, each given once; those that another one has already, or is about to have (which is
 * waited for), come back with its answer. Rolled back with the transaction: a failed write may be tried again.
 */
export async function claimIdempotencyKeys(
  transaction: Transaction,
  claims: readonly IdempotencyClaim[],
): Promise<Map<string, EarlierAnswer>> {
  // In one order for all, so that no two transactions wait for each other.
  const sorted = [...claims].sort((a, b) => (a.key < b.key ? -1 : 1));
  const keys = sorted.map(({ key }) => key);
  const claimed = await transaction<{ key: string }[]>`/* modelgraph claimIdempotencyKeys */
    insert into idempotency_keys (key, input_sha256, answer)
    select key, input_sha256, 'null'
    from unnest(${keys}::text[], ${sorted.map(({ inputSha256 }) => inputSha256)}::text[]) with ordinality as c (key, input_sha256, n)
    order by n on conflict do nothing returning key`;
  if (claimed.length === keys.length) return new Map();
  const ours = new Set(claimed.map(({ key }) => key));
  const taken = keys.filter((key) => !ours.has(key));
  const earlier = await transaction<(EarlierAnswer & { key: string })[]>`/* modelgraph earlierAnswers */
    select key, input_sha256 as "inputSha256", answer, to_json(first_used_at) #>> '{}' as "firstUsedAt"
    from idempotency_keys where key = any(${taken}::text[])`;
  return new Map(earlier.map(({ key, ...answer }) => [key, answer]));
}

/** Keeps the answers for whoever comes with the keys again, which this transaction has taken. */
export function rememberAnswers(transaction: Transaction, answers: ReadonlyMap<string, object>) {
  const texts = [...answers.values()].map((answer) => JSON.stringify(answer));
  // The limit says to the planner, who may know the table from when it was empty, that each is one step of the index.
  return transaction`/* modelgraph rememberAnswers */
    update idempotency_keys i set answer = a.answer::jsonb
    from unnest(${[...answers.keys()]}::text[], ${texts}::text[]) as a (key, answer)
    cross join lateral (select ctid from idempotency_keys where key = a.key limit 1) taken where i.ctid = taken.ctid`;
}

/** Gives keys back that this transaction has taken: what came with them is not written. */
export async function releaseIdempotencyKeys(
  transaction: Transaction,
  keys: readonly string[],
): Promise<void> {
  await transaction`/* modelgraph releaseIdempotencyKeys */
    delete from idempotency_keys where key = any(${[...keys]}::text[])`;
}
