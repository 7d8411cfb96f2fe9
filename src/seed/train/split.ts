import { randomFrom, shuffled } from './random.ts';
import { pickRows, type Table } from './table.ts';

/** How rows are divided; the same numbers give the same rows. */
export interface SplitOptions {
  readonly holdoutShare: number;
  readonly seed: number;
}

/** Divides the rows at random, class by class, so that both parts have the same share of every class. */
export function stratifiedSplit(
  table: Table,
  { holdoutShare, seed }: SplitOptions,
): { train: Table; holdout: Table } {
  const random = randomFrom(seed);
  const train: number[] = [];
  const holdout: number[] = [];
  for (const label of table.classes.keys()) {
    const positions = shuffled(
      [...table.labels.keys()].filter((n) => table.labels[n] === label),
      random,
    );
    const held = Math.round(positions.length * holdoutShare);
    holdout.push(...positions.slice(0, held));
    train.push(...positions.slice(held));
  }
  // None of the libraries shuffles, and rows sorted by class mislead whatever learns from the first ones.
  return {
    train: pickRows(table, shuffled(train, random)),
    holdout: pickRows(table, shuffled(holdout, random)),
  };
}
