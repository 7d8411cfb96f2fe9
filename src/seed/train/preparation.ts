import { mean } from './metrics.ts';
import type { Table } from './table.ts';

/** How rows are made ready for an algorithm. Nothing given: as they are. */
export interface PreparationOptions {
  /** Which features, in which order; all when absent. */
  readonly features?: readonly string[];
  /** Features with a long tail, replaced by log(1 + value). */
  readonly log1p?: readonly string[];
  /** To mean 0 and standard deviation 1, as measured on the training rows. */
  readonly standardise?: boolean;
}

/** A preparation fitted to training rows; plain JSON, kept beside the model that needs it. */
export interface Preparation {
  readonly features: readonly string[];
  readonly log1p: readonly string[];
  readonly 'scaler.mean'?: readonly number[];
  readonly 'scaler.std'?: readonly number[];
}

/** Decimals to which a scaled value is rounded. */
export const scaledDecimals = 4;

/** Measures on the training rows what the preparation needs to know. */
export function fitPreparation(train: Table, options: PreparationOptions): Preparation {
  const { features = train.features.map(({ name }) => name), log1p = [], standardise = false } = options;
  const unscaled = { features, log1p };
  if (!standardise) return unscaled;
  const rows = prepareRows(train, unscaled);
  const columns = features.map((_, column) => rows.map((row) => row[column] ?? Number.NaN));
  const means = columns.map(mean);
  const deviations = columns.map((values, n) =>
    Math.sqrt(mean(values.map((value) => (value - (means[n] ?? 0)) ** 2))),
  );
  return { ...unscaled, 'scaler.mean': means, 'scaler.std': deviations };
}

/** The rows as the model wants them. */
export function prepareRows(
  { features, rows }: Pick<Table, 'features' | 'rows'>,
  preparation: Preparation,
): number[][] {
  const { log1p, 'scaler.mean': means, 'scaler.std': deviations } = preparation;
  const columns = preparation.features.map((name) => ({
    position: features.findIndex((feature) => feature.name === name),
    logarithmic: log1p.includes(name),
  }));
  return rows.map((row) =>
    columns.map(({ position, logarithmic }, column) => {
      const value = row[position] ?? Number.NaN;
      const raw = logarithmic ? Math.log1p(value) : value;
      if (!means || !deviations) return raw;
      // Rounded here, in training and in use alike, so that a model made of rows stays small on disk.
      return Number(((raw - (means[column] ?? 0)) / (deviations[column] ?? 1)).toFixed(scaledDecimals));
    }),
  );
}
