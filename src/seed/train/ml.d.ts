declare module 'ml-cart' {
  import type { Matrix } from 'ml-matrix';

  export interface TreeOptions {
    gainFunction?: 'gini';
    minNumSamples?: number;
    maxDepth?: number;
    gainThreshold?: number;
  }
  export interface TreeNode {
    readonly splitColumn?: number;
    readonly splitValue?: number;
    readonly gain?: number;
    readonly left?: TreeNode;
    readonly right?: TreeNode;
    /** One row: the share of each class up to the highest seen in this leaf. */
    readonly distribution?: Matrix;
    classify(row: readonly number[]): Matrix;
  }
  export class DecisionTreeClassifier {
    readonly root: TreeNode;
    readonly options: TreeOptions;
    constructor(options: TreeOptions);
    train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
    static load(json: unknown): DecisionTreeClassifier;
  }
}

// The package's own types extend an interface as if it were a class, which strips the members.
declare module 'ml-random-forest' {
  import type { DecisionTreeClassifier, TreeOptions } from 'ml-cart';
  import type { Matrix } from 'ml-matrix';

  export interface ForestOptions {
    nEstimators: number;
    maxFeatures: number;
    replacement: boolean;
    useSampleBagging: boolean;
    noOOB: boolean;
    seed: number;
    treeOptions: TreeOptions;
  }
  export class RandomForestClassifier {
    readonly estimators: DecisionTreeClassifier[];
    constructor(options: ForestOptions);
    train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
    /** A row of votes for each row. */
    predictionValues(rows: readonly (readonly number[])[]): Matrix;
    toJSON(): { name: string; baseModel: Record<string, unknown> };
    static load(json: unknown): RandomForestClassifier;
  }
}

declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';

  // biome-ignore lint/style/noDefaultExport: the package exports its class so.
  export default class LogisticRegression {
    readonly numberClasses: number;
    /** One against the rest; each scores how likely a row is *not* of its class. */
    readonly classifiers: { testScores(rows: Matrix): number[]; readonly weights: Matrix }[];
    constructor(options: { numSteps: number; learningRate: number });
    train(rows: Matrix, labels: Matrix): void;
    predict(rows: Matrix): number[];
    static load(json: unknown): LogisticRegression;
  }
}

declare module 'ml-knn' {
  // biome-ignore lint/style/noDefaultExport: the package exports its class so.
  export default class KNN {
    readonly k: number;
    /** Finds [row with its label appended, distance] pairs. */
    readonly kdTree: { nearest(row: readonly number[], count: number): [number[], number][] };
    constructor(rows: readonly (readonly number[])[], labels: readonly number[], options: { k: number });
    predict(rows: readonly (readonly number[])[]): number[];
    static load(json: unknown): KNN;
  }
}

declare module 'ml-naivebayes' {
  export class GaussianNB {
    readonly means: number[][];
    /** By class: the log prior, then by feature the two constants of its normal density. */
    readonly calculateProbabilities: [number, ...[number, number][]][];
    train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
    static load(json: unknown): GaussianNB;
  }
}

declare module 'ml-fnn' {
  import type { Matrix } from 'ml-matrix';

  // biome-ignore lint/style/noDefaultExport: the package exports its class so.
  export default class FeedForwardNeuralNetworks {
    /** May be raised between two calls of `train`, which goes on from the weights it has. */
    iterations: number;
    readonly dicts: { inputs: Record<string, number> };
    constructor(options: {
      hiddenLayers: readonly number[];
      iterations: number;
      learningRate: number;
      regularization: number;
    });
    train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
    /** Probabilities, one row each; a column for each class in the order of `dicts.inputs`. */
    propagate(rows: Matrix): Matrix;
    static load(json: unknown): FeedForwardNeuralNetworks;
  }
}
