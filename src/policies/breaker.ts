import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBackoff,
} from 'cockatiel';
import { ModelGraphError } from '../errors.ts';
import { type Store, storeTitles } from '../store-name.ts';

/** Leaves a store alone after some failures in a row, then lets one call through as a probe. */
export interface Breaker {
  /** Fails with CIRCUIT_OPEN while the store is left alone. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** When the next probe may pass; undefined while calls pass. */
  openUntil(): Date | undefined;
}

const failuresInARow = 5;
const firstOpenMs = 500;
const longestOpenMs = 10_000;

/**
 * Counts outages only: what is wrong with one answer says nothing about its store, and a store that says itself that it
 * gave up on a call is there. `onOpen` may throw away connections: behind a cut network they look alive for a quarter of
 * an hour, and the store is back on others long before.
 */
export function createBreaker(store: Store, onOpen: () => void = () => {}): Breaker {
  let openUntilMs = 0;
  // The first outage is often a restart of seconds; a longer one is probed less often. The jitter keeps
  // several gateways from probing a recovering store in the same instant.
  const backoff = (openMs: number): IBackoff<unknown> => {
    const duration = Math.round(openMs * (0.8 + 0.4 * Math.random()));
    return { duration, next: () => opened(Math.min(openMs * 2, longestOpenMs)) };
  };
  const opened = (openMs: number) => {
    const next = backoff(openMs);
    openUntilMs = Date.now() + next.duration;
    return next;
  };
  const inARow = new ConsecutiveBreaker(failuresInARow);
  const policy = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: { next: () => opened(firstOpenMs) },
    breaker: inARow,
  });
  policy.onBreak(onOpen);
  return {
    openUntil: () => (policy.state === CircuitState.Open ? new Date(openUntilMs) : undefined),
    async run(call) {
      try {
        return await policy.execute(call);
      } catch (error) {
        if (error instanceof ModelGraphError && error.saidByStore) inARow.success();
        throw error instanceof BrokenCircuitError ? circuitOpen(store, openUntilMs - Date.now()) : error;
      }
    },
  };
}

const isOutage = (error: Error) =>
  error instanceof ModelGraphError &&
  !error.saidByStore &&
  (error.code === 'STORE_UNAVAILABLE' || error.code === 'STORE_TIMEOUT');

const circuitOpen = (store: Store, waitMs: number) =>
  new ModelGraphError(
    'CIRCUIT_OPEN',
    `${storeTitles[store]} failed ${failuresInARow} times in a row and is left alone for a moment. Try again shortly.`,
    { store, retryAfterMs: Math.max(0, waitMs) },
  );
