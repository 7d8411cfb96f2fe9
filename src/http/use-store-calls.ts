import type { Plugin } from 'graphql-yoga';
import { askedOf } from './asked.ts';
import { countStoreCalls, talliesOf, timingOf } from './store-tallies.ts';

/** The request header that asks for `extensions.stores`. */
export const storesHeader = 'x-modelgraph-stores';

/** Tells each request what it cost the stores: header `Server-Timing` always, `extensions.stores` when asked. */
export function useStoreCalls({ alwaysInExtensions }: { alwaysInExtensions: boolean }): Plugin {
  let stop: (() => void) | undefined;
  return {
    onYogaInit() {
      stop = countStoreCalls();
    },
    onDispose() {
      stop?.();
    },
    onExecute({ args: { contextValue } }) {
      if (!alwaysInExtensions && contextValue.request.headers.get(storesHeader) !== '1') return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return;
          const stores = talliesOf(askedOf(contextValue));
          setResult({ ...result, extensions: { ...result.extensions, stores } });
        },
      };
    },
    onResponse({ serverContext, response }) {
      const timing = timingOf(askedOf(serverContext));
      if (timing) response.headers.set('server-timing', timing);
    },
  };
}
