import { DecisionTreeClassifier } from 'ml-cart';
import type { Algorithm, Classifier, Rows } from '../classifier.ts';
import { compactTree, measureTree } from './compact-tree.ts';

interface DecisionTreeOptions {
  readonly maxDepth: number;
  readonly minNumSamples: number;
  readonly gainThreshold: number;
}

/** CART by ml-cart. */
export const decisionTree: Algorithm<DecisionTreeOptions> = {
  library: 'ml-cart',
  probabilistic: true,
  fit({ rows, labels, classCount }, options) {
    const tree = new DecisionTreeClassifier({ gainFunction: 'gini', ...options });
    tree.train(rows, labels);
    const { splitColumn, splitValue } = tree.root;
    return {
      ...classifier(tree, classCount),
      learned: {
        tree: { ...measureTree(tree.root), root: { split_column: splitColumn, split_value: splitValue } },
      },
      toJson: () => ({ classCount, tree: compactTree(tree) }),
    };
  },
  load(json) {
    const { classCount, tree } = json as { classCount: number; tree: unknown };
    return classifier(DecisionTreeClassifier.load(tree), classCount);
  },
  describe: ({ maxDepth, minNumSamples, gainThreshold }) => ({
    hyperparameters: {
      max_depth: maxDepth,
      min_samples_split: minNumSamples,
      'gain.threshold': gainThreshold,
    },
    criterion: 'gini',
  }),
};

function classifier(tree: DecisionTreeClassifier, classCount: number): Classifier {
  // A leaf holds shares only up to the highest class it saw.
  const shares = (row: readonly number[]) => {
    const leaf = tree.root.classify(row).getRow(0);
    return Array.from({ length: classCount }, (_, label) => leaf[label] ?? 0);
  };
  return { predict: (rows: Rows) => tree.predict(rows), scores: (rows) => rows.map(shares) };
}
