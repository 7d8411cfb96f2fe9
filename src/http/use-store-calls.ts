import type { Plugin } from 'graphql-yoga';
import { keyOf } from './request-key.ts';
import { roundMs, type StoreTallies } from './store-tallies.ts';

/** The request header that asks for `extensions.stores`. */
export const storesHeader = 'x-modelgraph-stores';

/** Tells each request what it cost the stores: header `Server-Timing` always, `extensions.stores` when asked. */
export function useStoreCalls(
  tallies: StoreTallies,
  { alwaysInExtensions }: { alwaysInExtensions: boolean },
): Plugin {
  return {
    onDispose: tallies.close,
    onExecute({ args }) {
      const { request } = args.contextValue;
      if (!alwaysInExtensions && request.headers.get(storesHeader) !== '1') return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return;
          const stores = tallies
            .of(keyOf(request, args.contextValue))
            .map(({ ms, ...rest }) => ({ ...rest, ms: roundMs(ms) }));
          setResult({ ...result, extensions: { ...result.extensions, stores } });
        },
      };
    },
    onResponse({ request, serverContext, response }) {
      const timing = tallies.timingOf(keyOf(request, serverContext));
      if (timing) response.headers.set('server-timing', timing);
    },
  };
}
