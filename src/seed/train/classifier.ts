/** What a trained model can do. Rows are prepared as those it was trained on. */
export interface Classifier {
  /** Rows → the index of a class each; -1 where the model could not decide. */
  predict(rows: Rows): number[];
  /** Rows → a score for each class, higher for likelier. */
  scores(rows: Rows): number[][];
}

export type Rows = readonly (readonly number[])[];

/** Mean loss on the training rows after so many steps. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** A model fresh from training. */
export interface Fitted extends Classifier {
  /** What `load` of the same algorithm takes, as plain JSON. */
  toJson(): unknown;
  /** What training found out and a data scientist would note. */
  readonly learned: Record<string, unknown>;
  /** At most 50 points; absent where the library has no steps. May take as long as training did. */
  lossHistory?(): LossPoint[];
}

/** Rows and classes to learn from. */
export interface TrainingRows {
  readonly rows: Rows;
  readonly labels: readonly number[];
  readonly classCount: number;
}

/** A way to learn, and the library that does it. */
export interface Algorithm<Options> {
  readonly library: string;
  /** Are the scores probabilities, so that a log loss means something? */
  readonly probabilistic: boolean;
  fit(training: TrainingRows, options: Options): Fitted;
  load(json: unknown): Classifier;
  /** The part of a run's document that says how the model was made, in the words of its kind. */
  describe(options: Options): Record<string, unknown>;
}
