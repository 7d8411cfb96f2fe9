import type { Collection } from 'mongodb';
import type { ConfigAtRest } from './configs.ts';
import { bucketCount, type FacetsAsk, facetPipeline } from './facet-pipeline.ts';
import { fromRest } from './key-escaping.ts';

export interface HistogramBucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What the head documents hold at a path. */
export interface ConfigFacets {
  readonly documents: number;
  /** Documents that hold nothing there. */
  readonly missing: number;
  /** By count, the most frequent first, then by value. */
  readonly values: readonly { readonly value: unknown; readonly count: number }[];
  /** The finite numbers among them; null: there are none. */
  readonly numbers: {
    readonly count: number;
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly histogram: readonly HistogramBucket[];
  } | null;
}

/** As the pipeline gives it; numbers may be of any of MongoDB's types. */
interface Facets {
  readonly totals: readonly { documents: number; missing: number }[];
  readonly values: readonly { _id: unknown; n: number }[];
  readonly numbers: readonly Record<'_id' | 'n' | 'count' | 'min' | 'max' | 'total', unknown>[];
}

/** Asks → facets, same length, same order; one aggregation each, side by side. Fails whole with the driver's error. */
export function readConfigFacets(
  collection: Collection<ConfigAtRest>,
  asks: readonly FacetsAsk[],
  signal: AbortSignal,
  deadlineMs: number,
): Promise<ConfigFacets[]> {
  const options = { signal, maxTimeMS: deadlineMs, allowDiskUse: true, comment: 'readConfigFacets' };
  return Promise.all(
    asks.map(async (ask) => {
      const [facets] = await collection.aggregate<Facets>(facetPipeline(ask), options).toArray();
      return toFacets(facets ?? { totals: [], values: [], numbers: [] });
    }),
  );
}

function toFacets({ totals, values, numbers }: Facets): ConfigFacets {
  return {
    documents: totals[0]?.documents ?? 0,
    missing: totals[0]?.missing ?? 0,
    values: values.map(({ _id, n }) => ({ value: fromRest(_id), count: n })),
    numbers: summaryOf(numbers),
  };
}

function summaryOf(buckets: Facets['numbers']): ConfigFacets['numbers'] {
  const [any] = buckets;
  if (!any) return null;
  const [count, min, max] = [number(any.count), number(any.min), number(any.max)];
  const counts = new Map(buckets.map(({ _id, n }) => [number(_id), number(n)]));
  // One value alone has no range to cut into buckets.
  const size = min === max ? 1 : bucketCount;
  const border = (n: number) => (min === max ? min : min * (1 - n / size) + max * (n / size));
  const histogram = Array.from({ length: size }, (_, n) => ({
    from: border(n),
    to: border(n + 1),
    count: counts.get(n) ?? 0,
  }));
  return { count, min, max, mean: number(any.total) / count, histogram };
}

const number = (value: unknown) => Number(String(value));
