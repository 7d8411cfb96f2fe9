import type { Algorithm, Fitted, TrainingRows } from './classifier.ts';
import type { PreparationOptions } from './preparation.ts';

/** One point of a grid: an algorithm with its options, and how the rows are prepared for it. */
export interface Trial {
  readonly library: string;
  readonly probabilistic: boolean;
  readonly preparation: PreparationOptions;
  /** The part of the run's document that says how the model is made. */
  readonly document: Record<string, unknown>;
  fit(training: TrainingRows): Fitted;
}

/** An algorithm over a list of its options, in the order in which they are tried. */
export function trials<Options>(
  algorithm: Algorithm<Options>,
  preparation: PreparationOptions,
  grid: readonly Options[],
): Trial[] {
  const { library, probabilistic } = algorithm;
  return grid.map((options) => ({
    library,
    probabilistic,
    preparation,
    document: algorithm.describe(options),
    fit: (training) => algorithm.fit(training, options),
  }));
}
