import type { DataSource } from './datasets/data-source.ts';
import { classCounts, type Dataset } from './table.ts';

/** The two parts of a dataset, how they were parted, and which metric on the second tells the better run. */
export interface TrainingData extends Pick<DataSource, 'split' | 'selectBy'> {
  readonly train: Dataset;
  readonly holdout: Dataset;
}

/** The part of a run's document that says what was learned from and measured with. */
export function describeData({ train, holdout, split, selectBy }: TrainingData): Record<string, unknown> {
  return {
    train: describePart(train),
    holdout: describePart(holdout),
    split: { strategy: 'stratified', holdout_share: split.holdoutShare, seed: split.seed },
    selection: { metric: selectBy, on: holdout.name },
  };
}

function describePart(dataset: Dataset): Record<string, unknown> {
  const counts = classCounts(dataset);
  return {
    dataset: dataset.name,
    version: dataset.version,
    rows: dataset.rows.length,
    classes: Object.fromEntries(dataset.classes.map((name, n) => [name, counts[n]])),
  };
}
