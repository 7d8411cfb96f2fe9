import type { Answer, BatchRead } from '../batch-read.ts';
import { ModelGraphError } from '../errors.ts';
import { publishStoreCall } from '../store-calls.ts';
import { type Store, storeTitles } from '../store-name.ts';
import type { Breaker } from './breaker.ts';
import { type StoreFunction, withDeadline } from './deadline.ts';

/** How one store's batches are read: the driver's call, and what its errors mean. */
export interface DriverRead<Ask, T> {
  readonly store: Store;
  readonly read: StoreFunction<readonly Ask[], Answer<T>[]>;
  /** A short name for the batch in logs and in `extensions.stores`. */
  readonly operation: (asks: readonly Ask[]) => string;
  readonly toModelGraphError: (error: unknown) => ModelGraphError;
}

/**
 * Driver read → BatchRead: breaker around deadline around driver, every call published, no throw.
 * A batch that throws would be forgotten by DataLoader, and a dead store asked again by every wave.
 */
export function guard<Ask, T>(
  driver: DriverRead<Ask, T>,
  breaker: Breaker,
  deadlineMs: number,
): BatchRead<Ask, T> {
  const { store, operation, toModelGraphError } = driver;
  const withinDeadline = withDeadline(
    (asks: readonly Ask[], cancellation) =>
      driver.read(asks, cancellation).catch((error) => Promise.reject(toModelGraphError(error))),
    { store, deadlineMs },
  );
  return async (asks, request) => {
    const startedAt = performance.now();
    const publish = (outcome: 'OK' | 'PARTIAL' | 'FAILED') => {
      const endedAtMs = performance.now();
      const durationMs = endedAtMs - startedAt;
      publishStoreCall({
        store,
        operation: operation(asks),
        keys: asks.length,
        durationMs,
        endedAtMs,
        outcome,
        requests: request === undefined ? [] : [request],
      });
    };
    try {
      const answers = await breaker.run(() => withinDeadline(asks));
      if (answers.length !== asks.length) {
        throw new ModelGraphError(
          'INTERNAL',
          `${storeTitles[store]} gave ${answers.length} answers to ${asks.length} asks.`,
          { store },
        );
      }
      publish(answers.some((answer) => answer instanceof ModelGraphError) ? 'PARTIAL' : 'OK');
      return answers;
    } catch (error) {
      const failure = error instanceof ModelGraphError ? error : toModelGraphError(error);
      // What the breaker turned away never reached the store, so it is no call to it.
      if (failure.code !== 'CIRCUIT_OPEN') publish('FAILED');
      return asks.map(() => failure);
    }
  };
}
