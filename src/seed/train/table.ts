import { createHash } from 'node:crypto';

/** A column that a model may see. */
export interface Feature {
  readonly name: string;
  readonly unit: string;
}

/** Rows of numbers under named columns, and the class of each row as an index into `classes`. */
export interface Table {
  readonly features: readonly Feature[];
  readonly classes: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** A table under the name by which runs refer to it. */
export interface Dataset extends Table {
  readonly name: string;
  readonly version: string;
}

/** The rows as CSV: a header, the class by name in the last column, a line feed after every line. */
export function toCsv({ features, classes, rows, labels }: Table): string {
  const header = [...features.map(({ name }) => name), 'class'].join(',');
  const lines = rows.map((row, n) => [...row, classes[labels[n] ?? -1]].join(','));
  return `${[header, ...lines].join('\n')}\n`;
}

/** `sha256:<hex>` of the rows as CSV. */
export function digestOf(table: Table): string {
  return `sha256:${createHash('sha256').update(toCsv(table)).digest('hex')}`;
}

/** The rows at these positions, in this order. */
export function pickRows(table: Table, positions: readonly number[]): Table {
  const rows = positions.map((position) => table.rows[position] ?? []);
  const labels = positions.map((position) => table.labels[position] ?? -1);
  return { features: table.features, classes: table.classes, rows, labels };
}

/** How many rows each class has, in the order of the classes. */
export function classCounts({ classes, labels }: Table): number[] {
  return classes.map((_, index) => labels.filter((label) => label === index).length);
}
