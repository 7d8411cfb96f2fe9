import { ModelGraphError } from '../errors.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { Follower } from '../stores/postgres/outbox-claim.ts';
import { type ModelMoment, storesBehind } from '../stores/postgres/replication.ts';

const firstWaitMs = 2;
const longestWaitMs = 50;

/**
 * Waits until MongoDB and Redis know what happened to models, at most so long. Returns for each, same length, same order,
 * the stores that do not know all of it yet. Rejects with a ModelGraphError when PostgreSQL cannot say.
 */
export async function awaitReplicas(
  { postgres }: Pick<Stores, 'postgres'>,
  moments: readonly ModelMoment[],
  { atMostMs, request }: { atMostMs: number; request?: object | undefined },
): Promise<readonly (readonly Follower[])[]> {
  const until = performance.now() + atMostMs;
  const asks = moments.map((key) => ({ question: storesBehind, key }));
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const answers = await postgres.read(asks, request);
    const failed = answers.find((answer) => answer instanceof ModelGraphError);
    if (failed) throw failed;
    const behind = answers as (readonly Follower[])[];
    if (behind.every((stores) => stores.length === 0) || performance.now() + waitMs > until) return behind;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
