import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Stores } from '../stores/open-stores.ts';

/** Keeps the summaries of days in line with the runs, for as long as the gateway runs. */
export interface Summaries {
  /** Resolves when the day under way is done, or after a second. */
  close(): Promise<void>;
}

const everyMs = 60_000;
/** A day that is being written to would be stale again at once. */
const restedMs = 60_000;
/** So that it takes a twentieth of PostgreSQL's time at most, however much there is to do. */
const restPerWork = 20;

/** Any number of gateways may do so on the same stores: one works, the others look again a minute later. */
export function openSummaries(
  { bulk }: Pick<Stores['postgres'], 'bulk'>,
  logger: Logger,
  firstAfterMs = everyMs,
): Summaries {
  const closing = new AbortController();
  const { signal } = closing;
  const round = async () => {
    let startedAt = performance.now();
    for await (const _ of bulk.summariseDays(restedMs)) {
      const workedMs = performance.now() - startedAt;
      await sleep(workedMs * restPerWork, undefined, { signal, ref: false });
      startedAt = performance.now();
    }
  };
  const run = async () => {
    await sleep(firstAfterMs, undefined, { signal, ref: false });
    for (;;) {
      await round().catch((error: unknown) => {
        signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn(
          { store: 'POSTGRES', reason },
          'Days could not be summarised; the next attempt is in a minute.',
        );
      });
      await sleep(everyMs, undefined, { signal, ref: false });
    }
  };
  const running = run().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    async close() {
      closing.abort();
      await Promise.race([running, sleep(1_000, undefined, { ref: false })]);
    },
  };
}
