import { createLoaders, type Loaders } from '../loaders/create-loaders.ts';
import type { Serving } from '../serving/open-serving.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { GraphQLContext, RateLimit } from './context.ts';
import { createCursors } from './cursors.ts';

interface ContextOptions extends Pick<GraphQLContext, 'health'> {
  readonly stores: Stores;
  readonly serving: Serving;
  readonly cursorSecret: string;
}

/** Makes the context of one request; `actor` is named in the audit of what it writes. */
export type CreateContext = (
  request: object,
  actor: string | null,
  rateLimit?: RateLimit | null,
) => GraphQLContext;

/** What all requests share → what each has for itself. */
export function contextFactory({ stores, serving, health, cursorSecret }: ContextOptions): CreateContext {
  const cursors = createCursors(cursorSecret);
  return (request, actor, rateLimit = null) => {
    let loaders: Loaders | undefined;
    return {
      // Predictions, which many gateways serve most of the time, do without.
      get loaders() {
        loaders ??= createLoaders(stores, request);
        return loaders;
      },
      forgetReads: () => loaders?.forget(),
      cursors,
      stale: new Map(),
      health,
      rateLimit,
      operations: { stores, serving, actor, request },
    };
  };
}
