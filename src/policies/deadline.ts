import { ModelGraphError } from '../errors.ts';
import { type Store, storeTitles } from '../store-name.ts';

/** Says when a call may stop early. Its signal is made when it is asked for: many calls cannot stop, and one costs as much as they do. */
export type Cancellation = Pick<AbortController, 'signal'>;

/** What every policy wraps: one call to a store. */
export type StoreFunction<Input, Output> = (input: Input, cancellation: Cancellation) => Promise<Output>;

/** Gives up after `deadlineMs` with STORE_TIMEOUT, and tells the call to stop. */
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
      call(input, controller)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
}
