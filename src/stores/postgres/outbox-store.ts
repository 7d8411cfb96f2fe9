import { errorCodes } from '../../errors.ts';
import { withDeadline } from '../../policies/deadline.ts';
import { openRelayClient, type PostgresClient, toPostgresError } from './client.ts';
import { type Claim, type Follower, type Refused, type Stretch, tellNext } from './outbox-claim.ts';
import { followersBehind, pruneOutbox } from './outbox-upkeep.ts';
import { listenForWakes } from './outbox-wakes.ts';

// Longer than the writes to another store may take, of which one transaction has several.
const transactionMs = 30_000;

/** The outbox as the relay uses it, on connections of its own. All reject with a ModelGraphError. */
export function openOutbox(url: string, deadlineMs: number) {
  const open = () => openRelayClient(url, deadlineMs, transactionMs);
  let client: PostgresClient | undefined;
  const run = async <T>(call: (client: PostgresClient) => Promise<T>, limitMs: number): Promise<T> => {
    client ??= open();
    const ours = client;
    try {
      return await withDeadline(() => call(ours), { store: 'POSTGRES', deadlineMs: limitMs })(undefined);
    } catch (error) {
      const failure = toPostgresError(error);
      // Behind a cut network connections look alive for a quarter of an hour, and one that was lost may never send again.
      if (failure.store === 'POSTGRES' && errorCodes[failure.code].retryable && client === ours) {
        client = undefined;
        void ours.end({ timeout: 0 });
      }
      throw failure;
    }
  };
  return {
    /** See `tellNext` of outbox-claim. */
    tellNext: (store: Follower, stretch: Stretch, tell: (claim: Claim) => Promise<readonly Refused[]>) =>
      run((client) => tellNext(client, store, stretch, tell), transactionMs),
    /** The stores that have something to be told now. */
    followersBehind: () => run(followersBehind, deadlineMs),
    /** Forgets what was told longer ago than that. */
    prune: (olderThanMs: number) => run((client) => pruneOutbox(client, olderThanMs), transactionMs),
    /** Calls `wake` when something has to be told; may miss some while PostgreSQL is away. */
    listen: (wake: () => void) => listenForWakes(url, wake),
    close: async () => {
      await client?.end({ timeout: 1 });
    },
  };
}
