import { GaussianNB } from 'ml-naivebayes';
import type { Algorithm, Classifier } from '../classifier.ts';

/**
 * Gaussian naive Bayes by ml-naivebayes, of exactly two features: version 4.0.0 learns from all columns and
 * predicts from the first two. It has no options; what differs between runs is how the rows are prepared.
 */
export const naiveBayes: Algorithm<Record<never, never>> = {
  library: 'ml-naivebayes',
  probabilistic: true,
  fit({ rows, labels }) {
    if (rows[0]?.length !== 2) throw new RangeError('ml-naivebayes predicts from two features: give it two.');
    const model = new GaussianNB();
    model.train(rows, labels);
    return {
      ...classifier(model),
      learned: {
        priors: model.calculateProbabilities.map(([logPrior]) => Math.exp(logPrior)),
        'class.means': model.means,
      },
      toJson: () => JSON.parse(JSON.stringify(model)),
    };
  },
  load: (json) => classifier(GaussianNB.load(json)),
  describe: () => ({ hyperparameters: {}, distribution: 'gaussian', priors_from: 'training rows' }),
};

function classifier(model: GaussianNB): Classifier {
  return {
    // One row at a time: it takes a table of three rows for one of the wrong width.
    predict: (rows) => rows.map((row) => model.predict([row])[0] ?? -1),
    scores: (rows) => rows.map((row) => posterior(model, row)),
  };
}

/** The library returns only the winner; this is its own formula, normalised over the classes. */
function posterior({ means, calculateProbabilities }: GaussianNB, row: readonly number[]): number[] {
  const joint = calculateProbabilities.map(([logPrior, ...densities], label) =>
    densities.reduce((sum, [scale, spread], column) => {
      const offset = (row[column] ?? Number.NaN) - (means[label]?.[column] ?? Number.NaN);
      return sum + Math.log(scale) + offset ** 2 / spread;
    }, logPrior),
  );
  const highest = Math.max(...joint);
  const likelihoods = joint.map((log) => Math.exp(log - highest));
  const sum = likelihoods.reduce((a, b) => a + b, 0);
  return likelihoods.map((likelihood) => likelihood / sum);
}
