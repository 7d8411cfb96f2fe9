import type { Loaders } from '../loaders/create-loaders.ts';
import type { ModelName } from '../model-name.ts';
import type { ServingContext } from '../operations/serve-predictions.ts';
import type { StoreHealth } from '../policies/health.ts';
import type { Store } from '../store-name.ts';
import type { Consumed } from '../stores/redis/limits.ts';
import type { Cursors } from './cursors.ts';

/** What the gateway says of itself and its stores. */
export interface Health {
  /** Takes requests, and at least one store answers. */
  readonly ready: boolean;
  readonly stores: readonly StoreHealth[];
}

/** What this request took from its caller's limit; `scope` says who that is. */
export type RateLimit = Consumed & { readonly scope: string };

/** What resolvers may use, made anew for each request. */
export interface GraphQLContext {
  readonly loaders: Loaders;
  /** After a write: what was read before is asked anew. */
  readonly forgetReads: () => void;
  readonly cursors: Cursors;
  /** Stores that do not know yet what this request wants to read, by model. */
  readonly stale: Map<ModelName, readonly Store[]>;
  /** On whose behalf mutations write. */
  readonly operations: ServingContext;
  readonly health: () => Promise<Health>;
  /** Null: there is none, or the request did not come over HTTP. */
  readonly rateLimit: RateLimit | null;
}
