import { Double } from 'mongodb';
import { escapeKey } from './key-escaping.ts';

const root = 'document.metrics';

/** Metrics → what to set in a document, as doubles whatever the number, and that its "metrics" must be an object or none. */
export function metricPaths(metrics: Readonly<Record<string, number>>) {
  const entries = Object.entries(metrics);
  return {
    set: Object.fromEntries(entries.map(([key, value]) => [`${root}.${escapeKey(key)}`, new Double(value)])),
    condition: {
      // By $type alone, an array of objects would be an object too.
      filter: {
        $or: [{ [root]: { $exists: false } }, { [root]: { $type: 'object', $not: { $type: 'array' } } }],
      },
      unmet: 'The configuration holds something else than an object under "metrics".',
    },
  };
}
