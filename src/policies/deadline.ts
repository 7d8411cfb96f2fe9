import { ModelGraphError } from '../errors.ts';
import { type Store, storeTitles } from '../store-name.ts';

/** What every policy wraps: one call to a store, which stops early when the signal says so. */
export type StoreFunction<Input, Output> = (input: Input, signal: AbortSignal) => Promise<Output>;

/** Gives up after `deadlineMs` with STORE_TIMEOUT, and tells the call to stop through its signal. */
export function withDeadline<Input, Output>(
  call: StoreFunction<Input, Output>,
  { store, deadlineMs }: { store: Store; deadlineMs: number },
): (input: Input) => Promise<Output> {
  return (input) =>
    new Promise((resolve, reject) => {
      const controller = new AbortController();
      const timer = setTimeout(() => {
        reject(
          new ModelGraphError(
            'STORE_TIMEOUT',
            `${storeTitles[store]} did not answer within ${deadlineMs} ms. Try again.`,
            {
              store,
              retryAfterMs: deadlineMs,
            },
          ),
        );
        controller.abort();
      }, deadlineMs);
      call(input, controller.signal)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
}
