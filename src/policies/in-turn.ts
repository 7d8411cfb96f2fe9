import type { BatchRead } from '../batch-read.ts';
import { ModelGraphError } from '../errors.ts';
import { type Store, storeTitles } from '../store-name.ts';

/**
 * One call after another, in the order of asking. Whoever has waited `deadlineMs` for a turn gets STORE_TIMEOUT without a
 * call; with a turn, the call has its own deadline. To be put around the breaker: a queue of ours says nothing about a store.
 */
export function inTurn<Ask, T>(
  read: BatchRead<Ask, T>,
  { store, deadlineMs }: { store: Store; deadlineMs: number },
): BatchRead<Ask, T> {
  const busy = () =>
    new ModelGraphError(
      'STORE_TIMEOUT',
      `${storeTitles[store]} is busy with other questions that read as much. Try again.`,
      { store, retryAfterMs: deadlineMs },
    );
  let last: Promise<void> = Promise.resolve();
  return (asks, request) =>
    new Promise((resolve) => {
      let waiting = true;
      const timer = setTimeout(() => {
        waiting = false;
        resolve(asks.map(busy));
      }, deadlineMs);
      last = last.then(async () => {
        clearTimeout(timer);
        if (waiting) resolve(await read(asks, request));
      });
    });
}
