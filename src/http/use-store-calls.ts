import type { Plugin } from 'graphql-yoga';
import { onStoreCall, type StoreCall } from '../store-calls.ts';
import { type Store, storeNames } from '../store-name.ts';

/** What one request cost one store. */
interface StoreTally {
  readonly store: Store;
  calls: number;
  keys: number;
  ms: number;
}

type Tally = Map<Store, StoreTally>;

/** The request header that asks for `extensions.stores`. */
export const storesHeader = 'x-modelgraph-stores';

/** Tells each request what it cost the stores: header `Server-Timing` always, `extensions.stores` when asked. */
export function useStoreCalls({ alwaysInExtensions }: { alwaysInExtensions: boolean }): Plugin {
  const tallies = new WeakMap<object, Tally>();
  let stop: (() => void) | undefined;
  return {
    onYogaInit() {
      stop = onStoreCall((call) => {
        for (const request of call.requests) {
          const tally = tallies.get(request);
          if (tally) count(tally, call);
        }
      });
    },
    onDispose() {
      stop?.();
    },
    onContextBuilding({ context }) {
      tallies.set(context.request, new Map());
    },
    onExecute({ args }) {
      const { request } = args.contextValue;
      if (!alwaysInExtensions && request.headers.get(storesHeader) !== '1') return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return;
          const stores = inOrder(tallies.get(request)).map(({ ms, ...rest }) => ({ ...rest, ms: round(ms) }));
          setResult({ ...result, extensions: { ...result.extensions, stores } });
        },
      };
    },
    onResponse({ request, response }) {
      const tally = inOrder(tallies.get(request));
      if (tally.length > 0) response.headers.set('server-timing', tally.map(timing).join(', '));
    },
  };
}

function count(tally: Tally, { store, keys, durationMs }: StoreCall): void {
  const sum = tally.get(store) ?? { store, calls: 0, keys: 0, ms: 0 };
  sum.calls += 1;
  sum.keys += keys;
  sum.ms += durationMs;
  tally.set(store, sum);
}

const inOrder = (tally: Tally | undefined): StoreTally[] =>
  storeNames.flatMap((store) => tally?.get(store) ?? []);

const round = (ms: number) => Math.round(ms * 1_000) / 1_000;

// https://www.w3.org/TR/server-timing/
const timing = ({ store, calls, keys, ms }: StoreTally) =>
  `${store.toLowerCase()};dur=${round(ms)};desc="calls=${calls} keys=${keys}"`;
