import { randomFrom, shuffled } from './random.ts';
import { pickRows, type Table } from './table.ts';

/** How rows are divided; the same numbers give the same rows. */
export interface SplitOptions {
  readonly holdoutShare: number;
  readonly seed: number;
}

/** Divides the rows at random, each class by itself, so that both parts have the same share of every class. */
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
  // Rows sorted by class would let a model that looks at their order cheat, and none of the libraries shuffles.
  return {
    train: pickRows(table, shuffled(train, random)),
    holdout: pickRows(table, shuffled(holdout, random)),
  };
}
