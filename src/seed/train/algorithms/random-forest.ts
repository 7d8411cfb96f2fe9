import { RandomForestClassifier } from 'ml-random-forest';
import type { Algorithm, Classifier } from '../classifier.ts';
import { compactTree, measureTree } from './compact-tree.ts';

interface RandomForestOptions {
  readonly nEstimators: number;
  readonly maxFeatures: number;
  readonly maxDepth: number;
  readonly minNumSamples: number;
  readonly seed: number;
}

/** Bagged CART trees by ml-random-forest; each tree sees some of the features. */
export const randomForest: Algorithm<RandomForestOptions> = {
  library: 'ml-random-forest',
  // Shares of a dozen votes are often exactly 0: an order, but no probability.
  probabilistic: false,
  fit({ rows, labels, classCount }, { nEstimators, maxFeatures, seed, ...tree }) {
    const forest = new RandomForestClassifier({
      nEstimators,
      maxFeatures,
      seed,
      replacement: false,
      useSampleBagging: true,
      // Collecting the out-of-bag votes takes longer than the training.
      noOOB: true,
      treeOptions: { gainFunction: 'gini', gainThreshold: 0.0005, ...tree },
    });
    forest.train(rows, labels);
    const sizes = forest.estimators.map(({ root }) => measureTree(root));
    return {
      ...classifier(forest, classCount),
      learned: { trees: sizes.map(({ depth, leaves }) => [depth, leaves]) },
      toJson: () => ({ classCount, forest: compactForest(forest) }),
    };
  },
  load(json) {
    const { classCount, forest } = json as { classCount: number; forest: unknown };
    return classifier(RandomForestClassifier.load(forest), classCount);
  },
  describe: ({ nEstimators, maxFeatures, maxDepth, minNumSamples, seed }) => ({
    hyperparameters: {
      n_estimators: nEstimators,
      max_features: maxFeatures,
      max_depth: maxDepth,
      min_samples_split: minNumSamples,
      random_state: seed,
    },
    sampling: { bootstrap: true, features: { per: 'tree', replacement: false } },
  }),
};

function classifier(forest: RandomForestClassifier, classCount: number): Classifier {
  return {
    predict: (rows) => forest.predict(rows),
    // Not predictProbability: its sum starts with the first tree's vote instead of nothing.
    scores(rows) {
      const votes = forest.predictionValues(rows);
      return rows.map((_, n) => {
        const row = votes.getRow(n);
        return Array.from(
          { length: classCount },
          (_, label) => row.filter((vote) => vote === label).length / row.length,
        );
      });
    },
  };
}

function compactForest(forest: RandomForestClassifier): unknown {
  const { name, baseModel } = forest.toJSON();
  return { name, baseModel: { ...baseModel, estimators: forest.estimators.map(compactTree) } };
}
