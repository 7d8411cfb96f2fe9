import { randomUUID } from 'node:crypto';
import type { ModelName } from '../../model-name.ts';
import { type Claim, type Follower, type Refused, tellOf } from './outbox-claim.ts';
import type { Begin } from './transact.ts';

/** Who tells a store, and how to wake what else tells it, and the other ones. */
export interface Teller {
  readonly store: Follower;
  readonly tell: (claim: Claim) => Promise<readonly Refused[]>;
  readonly wake: () => void;
  readonly wakeOthers: () => void;
}

/** What a transaction is about to leave in the outbox: so many rows of these models. */
export interface Leaving {
  readonly names: readonly ModelName[];
  readonly rows: number;
}

/** The right to tell of that at once. */
export interface Turn {
  /** The text with which the transaction notifies the relays. */
  readonly notice: string;
  /** Is called, with the beginning of a transaction that follows on it. */
  readonly follow: (begin: Begin) => void;
}

/** More than that is better told by the relay, a little at a time. */
const maxRows = 40;
const restMs = 1_000;
/** Longer than a turn takes where the store is well. */
const othersWaitMs = 20;

/**
 * Whoever leaves something in the outbox may be the one to tell of it, on the connection on which it was committed: that
 * spares the way through the relay, which tells of all else, and of what is left when that fails. One at a time, so that
 * only one connection ever waits for another store; other stores are told after it, as both at once would be in each
 * other's way, unless it is slow.
 */
export function createTurns() {
  const ourNotice = randomUUID();
  let teller: Teller | undefined;
  let underWay: Promise<void> | undefined;
  let hasHeard = false;
  let restsUntil = 0;
  let othersWait: NodeJS.Timeout | undefined;
  const resting =
    (tell: Teller['tell']): Teller['tell'] =>
    async (claim) => {
      try {
        return await tell(claim);
      } catch (error) {
        restsUntil = performance.now() + restMs;
        throw error;
      }
    };
  const end = (isAllTold: boolean) => {
    underWay = undefined;
    clearTimeout(othersWait);
    teller?.wakeOthers();
    // Of models that were held here the relay could not tell when it was woken.
    if (!isAllTold || hasHeard) teller?.wake();
    hasHeard = false;
  };
  return {
    /** Gives turns from now on. */
    open(by: Teller) {
      teller = by;
    },
    /** Gives no more; resolves when the last one has ended. */
    async close() {
      teller = undefined;
      await underWay;
    },
    /** Undefined: it is left to the relay. */
    take({ names, rows }: Leaving): Turn | undefined {
      if (!teller || underWay || rows > maxRows || performance.now() < restsUntil) return undefined;
      const { store, tell } = teller;
      const follow = (begin: Begin) => {
        underWay = tellOf(begin, store, { names, limit: maxRows }, resting(tell)).then(
          (told) => end(told === rows),
          () => end(false),
        );
      };
      return { notice: ourNotice, follow };
    },
    /** Something was left in the outbox; `notice` tells by whom. */
    hear(notice: string) {
      if (notice !== ourNotice) {
        hasHeard = underWay !== undefined;
        teller?.wake();
        teller?.wakeOthers();
      } else if (underWay) {
        clearTimeout(othersWait);
        othersWait = setTimeout(() => teller?.wakeOthers(), othersWaitMs);
      }
    },
  };
}
