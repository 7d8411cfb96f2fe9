import type { ExecutionResult } from 'graphql';
import type { RateLimit } from '../graphql/context.ts';
import type { Store } from '../store-name.ts';
import type { Caller } from './callers.ts';

/** What one request cost one store. */
export interface StoreTally {
  readonly store: Store;
  calls: number;
  keys: number;
  ms: number;
}

/**
 * What is known of one request, and on whose behalf the stores are called. It goes along with the request: in a WeakMap, which
 * outlives them all, V8 would keep it and all that it leads to until a major collection.
 */
export class Asked {
  caller: Caller | undefined;
  limit: RateLimit | undefined;
  /** What came of it, should it have been executed before Yoga met it. */
  outcome: Promise<ExecutionResult> | undefined;
  readonly tallies: StoreTally[] = [];
}

/** Of a request that goes through Yoga. */
export function askedOf(serverContext: object): Asked {
  const context = serverContext as { asked?: Asked };
  context.asked ??= new Asked();
  return context.asked;
}
