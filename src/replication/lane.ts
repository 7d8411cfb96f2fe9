import type { Logger } from 'pino';
import { errorCodes, ModelGraphError } from '../errors.ts';
import { storeTitles } from '../store-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { Claim, Follower, Refused } from '../stores/postgres/outbox-claim.ts';

/** Tells one store what it has to know, in order, for as long as there is something; then sleeps until it is woken. */
export interface Lane {
  wake(): void;
  /** Resolves when what is under way is done. */
  close(): Promise<void>;
}

interface LaneOptions {
  readonly store: Follower;
  readonly outbox: Stores['postgres']['outbox'];
  readonly tell: (claim: Claim) => Promise<readonly Refused[]>;
  readonly logger: Logger;
}

/** So few that what is told of them in one go is not felt by queries; measured by `npm run bench:relay`. */
const rowsPerClaim = 80;
const firstWaitMs = 100;
const longestWaitMs = 5_000;

export function openLane({ store, outbox, tell, logger }: LaneOptions): Lane {
  let closed = false;
  let failures = 0;
  let woken = true;
  let rouse = () => {};
  const sleep = (ms?: number) =>
    new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      rouse = () => {
        // While a store is away nobody needs to ask more often for being told of more.
        if (ms !== undefined && !closed) return;
        clearTimeout(timer);
        resolve();
      };
    });
  const failed = (error: unknown) => {
    failures += 1;
    if (failures === 1) {
      const { message, cause } =
        error instanceof ModelGraphError ? error : { message: String(error), cause: error };
      const reason = cause instanceof Error ? cause.message : undefined;
      logger.warn(
        { store, reason },
        `${message} What ${storeTitles[store]} has to be told waits in the outbox.`,
      );
    }
    return sleep(waitMsAfter(failures));
  };
  const run = async () => {
    const tellNext = outbox.openTeller(store);
    // A round goes through all models, one stretch of them after the other.
    for (let round = newRound(); !closed; ) {
      if (round.after === '') woken = false;
      try {
        const { rows, after } = await tellNext({ after: round.after, limit: rowsPerClaim }, (claim) =>
          tellOrPart(tell, claim),
        );
        if (failures > 0) logger.info({ store }, `${storeTitles[store]} is being told again.`);
        failures = 0;
        const told = round.told + rows;
        if (after !== null) {
          round = { after, told, isLong: true };
          continue;
        }
        // A stretch may end within a model, of whose other rows the next round tells.
        const isMore = woken || (round.isLong && told > 0);
        round = newRound();
        if (!isMore && !closed) await sleep();
      } catch (error) {
        if (!closed) await failed(error);
      }
    }
  };
  const running = run();
  return {
    wake() {
      woken = true;
      rouse();
    },
    async close() {
      closed = true;
      rouse();
      await running;
    },
  };
}

const newRound = () => ({ after: '', told: 0, isLong: false });

/** Twice as long each time, give or take a half, so that several gateways do not come at once. */
const waitMsAfter = (failures: number) =>
  Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 10), longestWaitMs) * (0.5 + Math.random());

type Tell = LaneOptions['tell'];

/** Tells all at once; when the store refuses that, one by one, to find what it is that it refuses. */
async function tellOrPart(tell: Tell, claim: Claim): Promise<readonly Refused[]> {
  try {
    return await tell(claim);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const refused: Refused[] = [];
  for (const row of claim.rows) {
    try {
      refused.push(...(await tell({ ...claim, rows: [row] })));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push({ sequence: row.sequence, reason: reasonOf(error) });
    }
  }
  return refused;
}

/** What trying again will not change, of a store other than PostgreSQL, whose own errors come as its driver's. */
const isRefusal = (error: unknown): error is ModelGraphError =>
  error instanceof ModelGraphError && !errorCodes[error.code].retryable;

const reasonOf = ({ message, cause }: ModelGraphError) =>
  cause instanceof Error ? `${message} ${cause.message}` : message;
