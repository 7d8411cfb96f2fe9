import { errorCodes } from '../../errors.ts';
import { withDeadline } from '../../policies/deadline.ts';
import { toPostgresError, transactionMs } from './client.ts';
import { type LoneConnection, openLoneConnection } from './lone-connection.ts';
import { type Claim, type Follower, type Refused, type Stretch, tellNext } from './outbox-claim.ts';
import { createTurns } from './outbox-turns.ts';
import { followersBehind, pruneOutbox } from './outbox-upkeep.ts';
import { listenForWakes } from './outbox-wakes.ts';

/** The outbox as the relay uses it, on connections of its own. All reject with a ModelGraphError. */
export function openOutbox(url: string, deadlineMs: number) {
  const connections: RenewedConnection[] = [];
  const connect = () => {
    const connection = renewedConnection(() => openLoneConnection(url, deadlineMs));
    connections.push(connection);
    return connection;
  };
  const upkeep = connect();
  return {
    /** Tells a store, one claim at a time on a connection of its own; see `tellNext` of outbox-claim. */
    openTeller(store: Follower) {
      const { run } = connect();
      return (stretch: Stretch, tell: (claim: Claim) => Promise<readonly Refused[]>) =>
        run(({ begin }) => tellNext(begin, store, stretch, tell), transactionMs);
    },
    /** The stores that have something to be told now. */
    followersBehind: () => upkeep.run(({ client }) => followersBehind(client), deadlineMs),
    /** Forgets what was told longer ago than that. */
    prune: (olderThanMs: number) =>
      upkeep.run(({ client }) => pruneOutbox(client, olderThanMs), transactionMs),
    /** Calls `wake` when something has to be told, with the notice of whoever left it; may miss some while PostgreSQL is away. */
    listen: (wake: (notice: string) => void) => listenForWakes(url, wake),
    /** How transactions of the gateway's own tell at once of what they leave. */
    turns: createTurns(),
    close: async () => {
      await Promise.all(connections.map(({ close }) => close()));
    },
  };
}

type RenewedConnection = ReturnType<typeof renewedConnection>;

/** A connection that is given up for another one after an outage. */
function renewedConnection(open: () => LoneConnection) {
  let connection: LoneConnection | undefined;
  return {
    async run<T>(call: (connection: LoneConnection) => Promise<T>, limitMs: number): Promise<T> {
      connection ??= open();
      const ours = connection;
      try {
        return await withDeadline(() => call(ours), { store: 'POSTGRES', deadlineMs: limitMs })(undefined);
      } catch (error) {
        const failure = toPostgresError(error);
        // Behind a cut network connections look alive for a quarter of an hour, and one that was lost may never send again.
        if (failure.store === 'POSTGRES' && errorCodes[failure.code].retryable && connection === ours) {
          connection = undefined;
          void ours.client.end({ timeout: 0 });
        }
        throw failure;
      }
    },
    close: async () => {
      await connection?.client.end({ timeout: 1 });
    },
  };
}
