import type { DateTimeFilter, FloatFilter, StringFilter } from './value-filter.ts';

// Which models, and in which order: the same words for every store that keeps a list of them.

export interface TagFilter {
  readonly key: string;
  readonly value?: StringFilter | null | undefined;
}

export interface MetricFilter {
  readonly key: string;
  readonly is: FloatFilter;
}

/** A tree of conditions; all that are given must hold. */
export interface ModelFilter {
  readonly and?: readonly ModelFilter[] | null | undefined;
  readonly or?: readonly ModelFilter[] | null | undefined;
  readonly not?: ModelFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  /** Models that were ever trained with such a framework. */
  readonly framework?: StringFilter | null | undefined;
  readonly tags?: readonly TagFilter[] | null | undefined;
  readonly createdAt?: DateTimeFilter | null | undefined;
  /** On the highest finite value that any run ended with. */
  readonly bestMetric?: readonly MetricFilter[] | null | undefined;
  /** Models with an active deployment there. */
  readonly deployedTo?: 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION' | null | undefined;
  /** Models of these names: what was found elsewhere. */
  readonly among?: readonly string[] | null | undefined;
}

/** The name decides between equals, in the same direction. */
export type ModelOrder =
  | { readonly by: 'NAME' | 'CREATED_AT' | 'UPDATED_AT'; readonly descending: boolean }
  /** Descending by the highest finite value, ascending by the lowest; models without one last in both. */
  | { readonly by: 'BEST_METRIC'; readonly metric: string; readonly descending: boolean };
