import { onStoreCall, type StoreCall } from '../store-calls.ts';
import { storeNames } from '../store-name.ts';
import { Asked, type StoreTally } from './asked.ts';

let counters = 0;
let stop: (() => void) | undefined;

/** Counts what each request costs the stores, from now on; returns how to stop. However many want it, each call counts once. */
export function countStoreCalls(): () => void {
  counters += 1;
  stop ??= onStoreCall((call) => {
    for (const request of call.requests) if (request instanceof Asked) count(request.tallies, call);
  });
  return () => {
    counters -= 1;
    if (counters > 0) return;
    stop?.();
    stop = undefined;
  };
}

function count(tallies: StoreTally[], { store, keys, durationMs }: StoreCall): void {
  let tally = tallies.find((one) => one.store === store);
  if (!tally) {
    tally = { store, calls: 0, keys: 0, ms: 0 };
    tallies.push(tally);
  }
  tally.calls += 1;
  tally.keys += keys;
  tally.ms += durationMs;
}

/** In the order of the stores; those that were not called are left out. */
export const talliesOf = ({ tallies }: Asked): StoreTally[] =>
  tallies
    .toSorted((a, b) => storeNames.indexOf(a.store) - storeNames.indexOf(b.store))
    .map(({ store, calls, keys, ms }) => ({ store, calls, keys, ms: Math.round(ms * 1_000) / 1_000 }));

/** The header `Server-Timing`; undefined: no store was called. */
export const timingOf = (asked: Asked): string | undefined =>
  talliesOf(asked).map(timing).join(', ') || undefined;

// https://www.w3.org/TR/server-timing/
const timing = ({ store, calls, keys, ms }: StoreTally) =>
  `${store.toLowerCase()};dur=${ms};desc="calls=${calls} keys=${keys}"`;
