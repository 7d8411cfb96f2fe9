import type { DemoFeatureView } from '../demo-data.ts';
import type { Entities } from './datasets/data-source.ts';
import type { Table } from './table.ts';

const entityCount = 24;
const monthSeconds = 30 * 86_400;

/** The first held-out rows, as entities `<noun>:1` and on. */
export function featureViewOf(
  { view, noun }: Entities,
  { features, rows }: Pick<Table, 'features' | 'rows'>,
): DemoFeatureView {
  return {
    name: view,
    ttlSeconds: monthSeconds,
    rows: rows.slice(0, entityCount).map((row, n) => ({
      entity: `${noun}:${n + 1}`,
      values: Object.fromEntries(features.map(({ name }, column) => [name, row[column] ?? Number.NaN])),
    })),
  };
}
