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

/**
 * Leaves a store, or another server, alone after some failures in a row, then lets one call through as a probe. Others wait for
 * that a moment, and not for as long as the probe may take.
 */
export interface Breaker {
  /** Fails with CIRCUIT_OPEN while it is left alone. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** When the next probe may pass; undefined while calls pass. */
  openUntil(): Date | undefined;
}

/** What is no store: how people call it, and what its errors tell of it. */
export interface Server {
  readonly title: string;
  /** It cannot be reached, or is silent. */
  readonly isOutage: (error: Error) => boolean;
  /** It said so itself, and therefore lives. */
  readonly isItsWord: (error: Error) => boolean;
}

const failuresInARow = 5;
/** How long others wait for what a probe finds out: a store that is back has answered by then, a silent one may take a deadline. */
const patienceMs = 250;
const firstOpenMs = 500;
const longestOpenMs = 10_000;

/**
 * Counts outages only: what is wrong with one answer says nothing about its store, and a store that says itself that it
 * gave up on a call is there. `onOpen` may throw away connections: behind a cut network they look alive for a quarter of
 * an hour, and the store is back on others long before.
 */
export function createBreaker(guarded: Store | Server, onOpen: () => void = () => {}): Breaker {
  const { title, isOutage, isItsWord } = typeof guarded === 'string' ? asServer(guarded) : guarded;
  const store = typeof guarded === 'string' ? guarded : undefined;
  // By a clock that only goes forward: whoever sets the machine's own neither prolongs nor ends an outage.
  let openUntilMs = 0;
  const leftMs = () => Math.ceil(openUntilMs - performance.now());
  // The first outage is often a restart of seconds; a longer one is probed less often. The jitter keeps
  // several gateways from probing a recovering store in the same instant.
  const opened = (openMs: number): IBackoff<unknown> => {
    openUntilMs = performance.now() + Math.round(openMs * (0.8 + 0.4 * Math.random()));
    return {
      // cockatiel asks at every call whether this is longer than what has passed by Date.now().
      get duration() {
        return leftMs() > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      },
      next: () => opened(Math.min(openMs * 2, longestOpenMs)),
    };
  };
  const inARow = new ConsecutiveBreaker(failuresInARow);
  const policy = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: { next: () => opened(firstOpenMs) },
    breaker: inARow,
  });
  policy.onBreak(onOpen);
  let probed = Promise.resolve();
  policy.onHalfOpen(() => {
    probed = new Promise((resolve) => {
      const listener = policy.onStateChange((state) => {
        if (state === CircuitState.HalfOpen) return;
        listener.dispose();
        resolve();
      });
    });
  });
  return {
    openUntil: () => (policy.state === CircuitState.Open ? new Date(Date.now() + leftMs()) : undefined),
    async run(call) {
      if (policy.state === CircuitState.HalfOpen && !(await endsWithin(patienceMs, probed)))
        throw circuitOpen(title, store, patienceMs);
      try {
        return await policy.execute(call);
      } catch (error) {
        if (error instanceof Error && isItsWord(error)) inARow.success();
        throw error instanceof BrokenCircuitError ? circuitOpen(title, store, leftMs()) : error;
      }
    },
  };
}

async function endsWithin(ms: number, event: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return Promise.race([event.then(() => true), late]).finally(() => clearTimeout(timer));
}

const asServer = (store: Store): Server => ({
  title: storeTitles[store],
  isOutage: (error) =>
    error instanceof ModelGraphError &&
    !error.saidByStore &&
    (error.code === 'STORE_UNAVAILABLE' || error.code === 'STORE_TIMEOUT'),
  isItsWord: (error) => error instanceof ModelGraphError && error.saidByStore,
});

const circuitOpen = (title: string, store: Store | undefined, waitMs: number) =>
  new ModelGraphError(
    'CIRCUIT_OPEN',
    `${title} failed ${failuresInARow} times in a row and is left alone for a moment. Try again shortly.`,
    { ...(store && { store }), retryAfterMs: Math.max(0, waitMs) },
  );
