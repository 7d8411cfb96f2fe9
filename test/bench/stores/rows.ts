import { UsageError } from '../../../src/cli/usage-error.ts';

/** What is measured, in the order of the report; `entities` is how many an operation must find or write, at least. */
export const rows = [
  { id: 'read', title: 'Simple read by key', entities: 1, writes: false },
  { id: 'write', title: 'Simple write by key', entities: 1, writes: true },
  { id: 'complex', title: 'Complex query: join and aggregation', entities: 1, writes: false },
  { id: 'batch-read', title: 'Batch of 100 reads', entities: 100, writes: false },
  { id: 'batch-write', title: 'Batch of 100 writes', entities: 100, writes: true },
  { id: 'range', title: 'Range: the ten next below a value', entities: 10, writes: false },
] as const;

export type RowId = (typeof rows)[number]['id'];
export type Row = (typeof rows)[number];

export const rowOf = (id: RowId): Row => rows.find((row) => row.id === id) as Row;

/** How many entities there may be: 200 is for trying out. */
const knownSizes = [200, 1_000, 100_000];

/** `read,range` → rows, in the order of the report. Fails with a sentence that has the known ones. */
export function parseRows(text: string | undefined): Row[] {
  if (text === undefined) return [...rows];
  const asked = text.split(',').map((id) => id.trim());
  const unknown = asked.find((id) => !rows.some((row) => row.id === id));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no row "${unknown}"; the rows are ${rows.map(({ id }) => id).join(', ')}.`,
    );
  return rows.filter(({ id }) => asked.includes(id));
}

/** `1000,100000` → numbers of entities, ascending. Fails with a sentence that has the known ones. */
export function parseSizes(text: string): number[] {
  const asked = text
    .split(',')
    .map((size) => ({ size: Number(size.trim().replaceAll('_', '')), text: size }));
  const unknown = asked.find(({ size }) => !knownSizes.includes(size));
  if (unknown)
    throw new UsageError(`There is no size "${unknown.text}"; the sizes are ${knownSizes.join(', ')}.`);
  return [...new Set(asked.map(({ size }) => size))].sort((a, b) => a - b);
}
