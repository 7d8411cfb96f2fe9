import { onStoreCall, type StoreCall } from '../store-calls.ts';
import { type Store, storeNames } from '../store-name.ts';

/** What one request cost one store. */
export interface StoreTally {
  readonly store: Store;
  calls: number;
  keys: number;
  ms: number;
}

/** Counts what each request costs the stores. */
export interface StoreTallies {
  /** From now on what is called for this request counts; once is enough. */
  begin(key: object): void;
  /** In the order of the stores; those that were not called are left out. */
  of(key: object): readonly StoreTally[];
  /** The header `Server-Timing`; undefined: no store was called. */
  timingOf(key: object): string | undefined;
  close(): void;
}

export function openStoreTallies(): StoreTallies {
  const tallies = new WeakMap<object, StoreTally[]>();
  const stop = onStoreCall((call) => {
    for (const request of call.requests) {
      const tally = tallies.get(request);
      if (tally) count(tally, call);
    }
  });
  const of = (key: object) => tallies.get(key)?.sort(inOrder) ?? [];
  return {
    begin(key) {
      if (!tallies.has(key)) tallies.set(key, []);
    },
    of,
    timingOf(key) {
      const tally = of(key);
      return tally.length > 0 ? tally.map(timing).join(', ') : undefined;
    },
    close: stop,
  };
}

function count(tally: StoreTally[], { store, keys, durationMs }: StoreCall): void {
  let sum = tally.find((one) => one.store === store);
  if (!sum) {
    sum = { store, calls: 0, keys: 0, ms: 0 };
    tally.push(sum);
  }
  sum.calls += 1;
  sum.keys += keys;
  sum.ms += durationMs;
}

const inOrder = (a: StoreTally, b: StoreTally) => storeNames.indexOf(a.store) - storeNames.indexOf(b.store);

export const roundMs = (ms: number) => Math.round(ms * 1_000) / 1_000;

// https://www.w3.org/TR/server-timing/
const timing = ({ store, calls, keys, ms }: StoreTally) =>
  `${store.toLowerCase()};dur=${roundMs(ms)};desc="calls=${calls} keys=${keys}"`;
