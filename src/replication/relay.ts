import type { Logger } from 'pino';
import type { Stores } from '../stores/open-stores.ts';
import type { Claim, Follower } from '../stores/postgres/outbox-claim.ts';
import { openLane } from './lane.ts';
import { tellMongo } from './tell-mongo.ts';
import { tellRedis } from './tell-redis.ts';

/** Tells MongoDB and Redis what PostgreSQL decided, for as long as the gateway runs. */
export interface Relay {
  /** Resolves when what is under way is done, or after a second. */
  close(): Promise<void>;
}

const pollMs = 1_000;
const pollsPerPruning = 60;
const closeMs = 1_000;
/** How long it can be seen of a row that, and when, it was told. */
const retentionMs = 24 * 3_600_000;

/** Starts at once, whatever stores are down. Any number of gateways may do so on the same stores. */
export function openRelay({ postgres: { outbox }, mongo, redis }: Stores, logger: Logger): Relay {
  const tellers = {
    MONGODB: (claim: Claim) => tellMongo(mongo, claim),
    REDIS: (claim: Claim) => tellRedis(redis, claim),
  };
  const openLaneTo = (store: Follower) => openLane({ store, outbox, logger, tell: tellers[store] });
  const lanes = { MONGODB: openLaneTo('MONGODB'), REDIS: openLaneTo('REDIS') };
  // Of runs that this gateway registers MongoDB is told by their transactions.
  outbox.turns.open({
    ...{ store: 'MONGODB', tell: tellers.MONGODB },
    ...{ wake: lanes.MONGODB.wake, wakeOthers: lanes.REDIS.wake },
  });
  const listener = outbox.listen(outbox.turns.hear);
  // A wake may be missed, and a row that was refused comes due without one. At rest this is all that PostgreSQL is asked.
  let polls = 0;
  const poll = every(pollMs, async () => {
    polls += 1;
    if (polls % pollsPerPruning === 0) return outbox.prune(retentionMs);
    for (const store of await outbox.followersBehind()) lanes[store].wake();
  });
  return {
    async close() {
      const done = [
        listener.close(),
        poll.stop(),
        outbox.turns.close(),
        ...[lanes.MONGODB, lanes.REDIS].map((lane) => lane.close()),
      ];
      // What a frozen store holds up is told by another gateway, or the next.
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((resolve) => {
        timer = setTimeout(resolve, closeMs);
      });
      await Promise.race([Promise.all(done), patience]);
      clearTimeout(timer);
    },
  };
}

/** Repeats something that may fail, which its lanes then tell of; never twice at once. */
function every(ms: number, run: () => Promise<void>): { stop(): Promise<void> } {
  let running = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = run()
      .catch(() => {})
      .finally(() => {
        busy = false;
      });
  }, ms).unref();
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
