import type { ModelName } from '../model-name.ts';
import type { RouteRef } from '../stores/postgres/serving-routes.ts';
import type { ModelSignature, Tensor } from '../tensor.ts';

/** DEFAULT: what is kept is given. REFRESH: it is computed, and kept. BYPASS: it is computed, and nothing is kept. */
export type CacheMode = 'DEFAULT' | 'BYPASS' | 'REFRESH';

/**
 * HIT: it was kept. MISS: computed, and kept now. COALESCED: another call computed it meanwhile. BYPASS: computed as asked,
 * past the cache. UNAVAILABLE: computed, as Redis could not be asked.
 */
export type CacheStatus = 'HIT' | 'MISS' | 'COALESCED' | 'BYPASS' | 'UNAVAILABLE';

/** A prediction that is asked for. */
export interface PredictionAsk {
  readonly modelName: ModelName;
  readonly ref: RouteRef;
  /** For whom; it never stands in for the inputs. */
  readonly subject: string | null;
  /** The inputs in one spelling: equal for equal inputs. */
  readonly canonical: string;
  /** The inputs as a model of this signature takes them. Throws a Refusal when they do not fit. */
  readonly tensors: (signature: ModelSignature) => readonly Tensor[];
  readonly mode: CacheMode;
  /** For how long the answer may be given; null: as the version says, or five minutes. */
  readonly ttlSeconds: number | null;
}

/** A version's answer to an input. */
export interface Computed {
  readonly outputs: readonly Tensor[];
  readonly computedAtMs: number;
  /** For how long it may still be given; 0: it is not kept. */
  readonly leftMs: number;
}

/** A prediction as it is given. */
export interface Served extends Computed {
  readonly modelName: ModelName;
  readonly modelVersion: number;
  readonly cacheStatus: CacheStatus;
  /** Inside the gateway. */
  readonly latencyMs: number;
}
