import type { Pick } from './entities.ts';
import type { Operation } from './operation.ts';
import type { Round } from './results.ts';
import { Failure } from './store-bench.ts';

interface VisitOptions {
  readonly callers: number;
  readonly ms: number;
  /** How many entities an operation must find or write, or it did not do what is measured. */
  readonly entities: number;
  readonly pick: Pick;
  readonly signal: AbortSignal;
}

/** Enough for percentiles; the samples of a fast store would fill the disk otherwise. */
const maxOperations = 10_000;

/**
 * Does an operation again and again, by so many callers at once, each of which waits for its answer before it asks again.
 * Stops when the time is over, or after 10,000. Rejects with the first failure, when all callers have stopped.
 */
export async function visit(operation: Operation, options: VisitOptions): Promise<Round> {
  const { callers, ms, entities, pick, signal } = options;
  const samplesUs: number[] = [];
  const startedAt = performance.now();
  let begun = 0;
  let failed = false;
  const call = async () => {
    do {
      begun += 1;
      const from = performance.now();
      const found = await operation(pick);
      samplesUs.push(Math.round((performance.now() - from) * 1_000));
      if (found < entities) throw new Failure(`it found or wrote ${found} of ${entities}`);
    } while (performance.now() - startedAt < ms && begun < maxOperations && !signal.aborted && !failed);
  };
  const caught = () =>
    call().catch((error) => {
      failed = true;
      throw error;
    });
  const ended = await Promise.allSettled(Array.from({ length: callers }, caught));
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
  return { ms: performance.now() - startedAt, samplesUs };
}
