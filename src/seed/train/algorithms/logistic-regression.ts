import LogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import type { Algorithm, Classifier, Rows, TrainingRows } from '../classifier.ts';

interface LogisticRegressionOptions {
  readonly learningRate: number;
  readonly numSteps: number;
}

/** Gradient descent, one class against the rest, by ml-logistic-regression. */
export const logisticRegression: Algorithm<LogisticRegressionOptions> = {
  library: 'ml-logistic-regression',
  probabilistic: true,
  fit(training, options) {
    const model = train(training, options);
    return {
      ...classifier(model),
      learned: { coefficients: model.classifiers.map(({ weights }) => weights.getRow(0)) },
      toJson: () => JSON.parse(JSON.stringify(model)),
      lossHistory: () =>
        checkpoints(options.numSteps).map((step) => {
          // Training starts from zeros and draws nothing at random, so a shorter one is a prefix of this one.
          const earlier = step === options.numSteps ? model : train(training, { ...options, numSteps: step });
          return { step, loss: crossEntropy(earlier, training) };
        }),
    };
  },
  load: (json) => classifier(LogisticRegression.load(json)),
  describe: ({ learningRate, numSteps }) => ({
    hyperparameters: { learning_rate: learningRate, max_iter: numSteps },
    solver: { name: 'gradient-descent', batch: 'full', multi_class: 'ovr', regularisation: null },
  }),
};

function train({ rows, labels }: TrainingRows, options: LogisticRegressionOptions): LogisticRegression {
  const model = new LogisticRegression(options);
  model.train(design(rows), Matrix.columnVector([...labels]));
  return model;
}

/** The library fits no intercept: a column of ones stands for it. */
function design(rows: Rows): Matrix {
  return new Matrix(rows.map((row) => [1, ...row]));
}

function classifier(model: LogisticRegression): Classifier {
  return { predict: (rows) => model.predict(design(rows)), scores: (rows) => probabilities(model, rows) };
}

function probabilities({ classifiers }: LogisticRegression, rows: Rows): number[][] {
  const matrix = design(rows);
  const others = classifiers.map((one) => one.testScores(matrix));
  return rows.map((_, n) => {
    const ofClass = others.map((scores) => 1 - (scores[n] ?? Number.NaN));
    const sum = ofClass.reduce((a, b) => a + b, 0);
    return ofClass.map((score) => score / sum);
  });
}

function crossEntropy(model: LogisticRegression, { rows, labels }: TrainingRows): number {
  const losses = probabilities(model, rows).map(
    (scores, n) => -Math.log(scores[labels[n] ?? -1] ?? Number.NaN),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** 1, 2, 5, 10, 20, 50 … up to and with the last step. */
function checkpoints(last: number): number[] {
  const ladder = [1, 10, 100, 1_000].flatMap((power) => [power, 2 * power, 5 * power]);
  return [...ladder.filter((step) => step < last), last];
}
