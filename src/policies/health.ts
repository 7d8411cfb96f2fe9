import { ModelGraphError } from '../errors.ts';
import type { Store } from '../store-name.ts';
import type { Breaker } from './breaker.ts';
import { withDeadline } from './deadline.ts';

export type StoreState = 'OK' | 'STALE' | 'TIMEOUT' | 'UNAVAILABLE' | 'CIRCUIT_OPEN';

/** What a ping found; `openUntil` (RFC 3339) says when a store that is left alone will be tried again. */
export interface StoreHealth {
  readonly store: Store;
  readonly state: StoreState;
  readonly latencyMs: number | null;
  readonly openUntil: string | null;
}

/** Pings a store past its breaker, within the deadline. Never rejects: what went wrong is the state. */
export async function checkHealth(
  store: Store,
  breaker: Breaker,
  deadlineMs: number,
  ping: () => PromiseLike<unknown>,
  toModelGraphError: (error: unknown) => ModelGraphError,
): Promise<StoreHealth> {
  const openUntil = breaker.openUntil()?.toISOString() ?? null;
  const startedAt = performance.now();
  try {
    await withDeadline(async () => ping(), { store, deadlineMs })(undefined);
    // Answers pings, but reads are still being turned away until the breaker's next probe.
    return {
      store,
      state: openUntil ? 'CIRCUIT_OPEN' : 'OK',
      latencyMs: Math.round((performance.now() - startedAt) * 1_000) / 1_000,
      openUntil,
    };
  } catch (error) {
    const failure = error instanceof ModelGraphError ? error : toModelGraphError(error);
    return { store, state: stateOf(failure), latencyMs: null, openUntil };
  }
}

/** What an error says of its store. */
export function stateOf(error: ModelGraphError): StoreState {
  if (error.code === 'STORE_TIMEOUT') return 'TIMEOUT';
  if (error.code === 'CIRCUIT_OPEN') return 'CIRCUIT_OPEN';
  return 'UNAVAILABLE';
}
