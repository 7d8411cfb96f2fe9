import { ModelGraphError } from '../errors.ts';
import { Refusal } from '../problems.ts';
import { publishStoreCall } from '../store-calls.ts';
import type { Store } from '../store-name.ts';
import type { Breaker } from './breaker.ts';
import { type Cancellation, withDeadline } from './deadline.ts';

/** What a call is told as on the store-call channel; `request` is whoever asked, or all who did. */
export interface CallName {
  readonly operation: string;
  readonly keys?: number;
  readonly request?: object | readonly object[] | undefined;
}

/** Runs one call to a store that is no batch read, such as a transaction. */
export type GuardedCall = <T>(name: CallName, call: (cancellation: Cancellation) => Promise<T>) => Promise<T>;

interface GuardedStore {
  readonly store: Store;
  readonly deadlineMs: number;
  readonly toModelGraphError: (error: unknown) => ModelGraphError;
}

/**
 * Breaker around deadline around driver, every call published. Rejects with a ModelGraphError, or with the Refusal that
 * the call itself threw. After STORE_TIMEOUT a write may have happened or not: only an idempotency key tells.
 */
export function guardCalls(
  { store, deadlineMs, toModelGraphError }: GuardedStore,
  breaker: Breaker,
): GuardedCall {
  return async <T>(
    { operation, keys = 1, request }: CallName,
    call: (cancellation: Cancellation) => Promise<T>,
  ): Promise<T> => {
    const startedAt = performance.now();
    const publish = (outcome: 'OK' | 'FAILED') => {
      const endedAtMs = performance.now();
      publishStoreCall({
        store,
        operation,
        keys,
        durationMs: endedAtMs - startedAt,
        endedAtMs,
        outcome,
        requests: request === undefined ? [] : [request].flat(),
      });
    };
    const translated = async (_: undefined, cancellation: Cancellation) => {
      try {
        return await call(cancellation);
      } catch (error) {
        throw error instanceof Refusal ? error : toModelGraphError(error);
      }
    };
    try {
      const result = await breaker.run(() => withDeadline(translated, { store, deadlineMs })(undefined));
      publish('OK');
      return result;
    } catch (error) {
      const known = error instanceof Refusal || error instanceof ModelGraphError;
      const failure = known ? error : toModelGraphError(error);
      // A refusal is the store's answer; what the breaker turned away never reached the store.
      if (failure instanceof Refusal) publish('OK');
      else if (failure.code !== 'CIRCUIT_OPEN') publish('FAILED');
      throw failure;
    }
  };
}
