import type { AggregateOptions, Collection } from 'mongodb';
import { whereHeads } from './config-filter.ts';
import type { ConfigAtRest } from './configs.ts';
import { type FacetsAsk, facetPipeline, histogramPipeline } from './facet-pipeline.ts';
import { fromRest } from './key-escaping.ts';

export interface HistogramBucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What the head documents hold at a path; what was not asked for is 0, empty or null. */
export interface ConfigFacets {
  readonly documents: number;
  /** Documents that hold nothing there. */
  readonly missing: number;
  /** By count, the most frequent first, then by value. */
  readonly values: readonly { readonly value: unknown; readonly count: number }[];
  /** The finite numbers among them; null: there are none. */
  readonly numbers: (NumberRange & { readonly histogram: readonly HistogramBucket[] }) | null;
}

interface NumberRange {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

type Configs = Collection<ConfigAtRest>;

/**
 * Asks → facets, same length, same order, side by side: one aggregation each, one more that counts the documents, and one
 * that counts by ranges of numbers, which must be known before. Fails whole with the driver's error.
 */
export function readConfigFacets(
  collection: Configs,
  asks: readonly FacetsAsk[],
  signal: AbortSignal,
  deadlineMs: number,
): Promise<ConfigFacets[]> {
  const options = { signal, maxTimeMS: deadlineMs, allowDiskUse: true, comment: 'readConfigFacets' };
  return Promise.all(
    asks.map(async (ask) => {
      const [documents, facets] = await Promise.all([
        ask.parts.documents ? collection.countDocuments(whereHeads(ask.filter), options) : 0,
        readFacets(collection, ask, options),
      ]);
      return { documents, ...facets };
    }),
  );
}

/** As the pipelines give it; numbers may be of any of MongoDB's types. */
interface Facets {
  readonly missing?: readonly { n: number }[];
  readonly values?: readonly { _id: unknown; n: number }[];
  readonly numbers?: readonly Record<'n' | 'min' | 'max' | 'total', unknown>[];
}

async function readFacets(collection: Configs, ask: FacetsAsk, options: AggregateOptions) {
  const pipeline = facetPipeline(ask);
  const [facets] = pipeline ? await collection.aggregate<Facets>(pipeline, options).toArray() : [];
  const [found] = facets?.numbers ?? [];
  const range = found && rangeOf(found);
  return {
    missing: facets?.missing?.[0]?.n ?? 0,
    values: (facets?.values ?? []).map(({ _id, n }) => ({ value: fromRest(_id), count: n })),
    numbers: range ? { ...range, histogram: await readHistogram(collection, ask, range, options) } : null,
  };
}

const rangeOf = ({ n, min, max, total }: Record<'n' | 'min' | 'max' | 'total', unknown>): NumberRange => ({
  count: number(n),
  min: number(min),
  max: number(max),
  mean: number(total) / number(n),
});

const bucketCount = 10;

async function readHistogram(
  collection: Configs,
  ask: FacetsAsk,
  { count, min, max }: NumberRange,
  options: AggregateOptions,
): Promise<HistogramBucket[]> {
  if (!ask.parts.histogram) return [];
  // One value alone has no range to cut.
  if (min === max) return [{ from: min, to: max, count }];
  const borders = bordersOf(min, max);
  // What is written meanwhile, beyond the ends, counts as the nearest.
  const boundaries = [...new Set([-Number.MAX_VALUE, ...borders.slice(1, -1)]), Number.POSITIVE_INFINITY];
  const pipeline = histogramPipeline(ask, boundaries);
  const found = await collection.aggregate<{ _id: unknown; n: number }>(pipeline, options).toArray();
  const counts = new Map(found.map(({ _id, n }) => [number(_id), n]));
  return borders.slice(1).map((to, n) => {
    const from = borders[n] as number;
    // Of numbers next to each other borders are the same, and nothing is between these.
    const isEmpty = from === to && n < bucketCount - 1;
    return { from, to, count: isEmpty ? 0 : (counts.get(n === 0 ? -Number.MAX_VALUE : from) ?? 0) };
  });
}

/** Where buckets of equal width begin, and where the last one ends; never descending. */
function bordersOf(min: number, max: number): number[] {
  const borders = [min];
  for (let n = 1; n <= bucketCount; n += 1) {
    // Not by the distance, which may be beyond the greatest number.
    const border = min * (1 - n / bucketCount) + max * (n / bucketCount);
    borders.push(Math.min(max, Math.max(borders[n - 1] as number, border)));
  }
  return borders;
}

const number = (value: unknown) => (typeof value === 'number' ? value : Number(String(value)));
