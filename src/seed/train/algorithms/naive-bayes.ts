import { GaussianNB } from 'ml-naivebayes';
import type { Algorithm, Classifier } from '../classifier.ts';

/** Gaussian naive Bayes by ml-naivebayes. It has no options: what differs between runs is how the rows are prepared. */
export const naiveBayes: Algorithm<Record<never, never>> = {
  library: 'ml-naivebayes',
  probabilistic: true,
  fit({ rows, labels }) {
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
    predict: (rows) => model.predict(rows),
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
