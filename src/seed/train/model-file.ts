import { decisionTree } from './algorithms/decision-tree.ts';
import { logisticRegression } from './algorithms/logistic-regression.ts';
import { naiveBayes } from './algorithms/naive-bayes.ts';
import { nearestNeighbours } from './algorithms/nearest-neighbours.ts';
import { neuralNetwork } from './algorithms/neural-network.ts';
import { randomForest } from './algorithms/random-forest.ts';
import type { Classifier } from './classifier.ts';
import { type Preparation, prepareRows } from './preparation.ts';
import type { Feature } from './table.ts';

/** A trained model on disk: all that is needed to predict from rows as they were measured. */
export interface ModelFile {
  readonly library: { readonly name: string; readonly version: string };
  readonly features: readonly Feature[];
  readonly classes: readonly string[];
  readonly preparation: Preparation;
  readonly model: unknown;
}

const algorithms = [
  randomForest,
  logisticRegression,
  decisionTree,
  nearestNeighbours,
  naiveBayes,
  neuralNetwork,
];

/** The model in the file; its rows have all features of its dataset. Throws when no library here made it. */
export function loadModelFile({ library, features, preparation, model }: ModelFile): Classifier {
  const algorithm = algorithms.find((one) => one.library === library.name);
  if (!algorithm) throw new Error(`No algorithm here reads a model of ${library.name}.`);
  const classifier = algorithm.load(model);
  return {
    predict: (rows) => classifier.predict(prepareRows({ features, rows }, preparation)),
    scores: (rows) => classifier.scores(prepareRows({ features, rows }, preparation)),
  };
}
