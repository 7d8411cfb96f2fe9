import { channel } from 'node:diagnostics_channel';
import type { Store } from './store-name.ts';

/** One call to a store: a statement, a find or a pipeline, whatever the number of keys it asked for. */
export interface StoreCall {
  readonly store: Store;
  /** What was asked, e.g. `modelRow+latestVersion`. */
  readonly operation: string;
  readonly keys: number;
  readonly durationMs: number;
  /** When it ended, on the clock of `performance.now()`. */
  readonly endedAtMs: number;
  readonly outcome: 'OK' | 'PARTIAL' | 'FAILED';
  /** The requests on whose behalf it was made; none for the gateway's own calls. */
  readonly requests: readonly object[];
}

const calls = channel('modelgraph:store-call');

/** Tells every listener of one finished call; costs next to nothing when nobody listens. */
export function publishStoreCall(call: StoreCall): void {
  if (calls.hasSubscribers) calls.publish(call);
}

/** Listens to every store call of this process; returns how to stop. */
export function onStoreCall(listener: (call: StoreCall) => void): () => void {
  const subscriber = (message: unknown) => listener(message as StoreCall);
  calls.subscribe(subscriber);
  return () => void calls.unsubscribe(subscriber);
}
