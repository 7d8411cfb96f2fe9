import type { Collection } from 'mongodb';
import type { ConfigAtRest } from './configs.ts';

/** A number of documents; `estimated`: there are more than are worth counting. */
export interface DocumentCount {
  readonly n: number;
  readonly estimated: boolean;
}

export interface ConfigCounts {
  /** Models' editable documents. */
  readonly heads: DocumentCount;
  /** Runs' frozen documents. */
  readonly runs: DocumentCount;
}

// Counting is reading: an index entry for each document. There is one head a model, but runs may be millions.
const mostCounted = { heads: 1_000_000, runs: 100_000 };

/**
 * How many documents there are of each kind, by index: runs exactly up to 100,000, beyond that as the collection's own
 * count leaves them. Three commands at once. Rejects with the driver's error.
 */
export async function countConfigs(
  collection: Collection<ConfigAtRest>,
  signal: AbortSignal,
  deadlineMs: number,
  most = mostCounted,
): Promise<ConfigCounts> {
  const options = { signal, maxTimeMS: deadlineMs, comment: 'countConfigs' };
  const [heads, runs, all] = await Promise.all([
    collection.countDocuments({ kind: 'HEAD' }, { ...options, limit: most.heads + 1 }),
    collection.countDocuments({ kind: 'RUN' }, { ...options, limit: most.runs + 1 }),
    collection.estimatedDocumentCount(options),
  ]);
  const manyRuns = runs > most.runs;
  return {
    heads: { n: heads, estimated: heads > most.heads },
    runs: { n: manyRuns ? Math.max(runs, all - heads) : runs, estimated: manyRuns },
  };
}
