import { describe, expect, it } from 'vitest';
import { readDemo } from '../../../../src/seed/read-demo.ts';
import { logisticRegression } from '../../../../src/seed/train/algorithms/logistic-regression.ts';
import { naiveBayes } from '../../../../src/seed/train/algorithms/naive-bayes.ts';
import { neuralNetwork } from '../../../../src/seed/train/algorithms/neural-network.ts';
import { iris } from '../../../../src/seed/train/datasets/iris.ts';
import { irisModels } from '../../../../src/seed/train/grids/iris.ts';
import { progressLine } from '../../../../src/seed/train/progress-line.ts';
import { trainRun } from '../../../../src/seed/train/train-run.ts';
import { type Trial, trials } from '../../../../src/seed/train/trial.ts';

const data = { ...iris, ...iris.load() };
const train = (trial: Trial | undefined) => {
  if (!trial) throw new Error('no such trial');
  return trainRun('test/01', trial, data);
};
const [diverging] = trials(neuralNetwork, { standardise: true }, [
  { hiddenLayers: [10], epochs: 50, learningRate: 2, regularization: 0.01, seed: 5 },
]);

describe('training', () => {
  it.each(irisModels)('$name: learns the same from the same numbers', ({ trials: [first] }) => {
    const [one, other] = [train(first), train(first)];
    expect(one.outcome?.modelFile).toEqual(expect.any(String));
    expect(other.outcome?.modelFile).toBe(one.outcome?.modelFile);
  });

  it.each(irisModels)('$name: is as accurate as the demo says', ({ name, trials: [first] }) => {
    const { metrics } = train(first).run;
    const recorded = readDemo().models.find((model) => model.name === name)?.runs[0]?.metrics;
    const accuracy = metrics.find(({ key }) => key === 'accuracy');
    expect(accuracy?.value).toBeGreaterThan(1 / 3);
    expect(recorded).toContainEqual(accuracy);
  });

  it('leaves Math.random as it was', () => {
    const before = Math.random;
    train(diverging);
    expect(Math.random).toBe(before);
  });

  it('that diverges is FAILED, says where, and becomes no version', () => {
    const { run, outcome } = train(diverging);
    expect(outcome).toBeUndefined();
    expect(run.status).toBe('FAILED');
    const losses = run.metrics.filter(({ key }) => key === 'loss');
    expect(losses.length).toBeGreaterThan(1);
    expect(losses[0]?.value).toEqual(expect.any(Number));
    expect(losses.at(-1)?.value).toBe('NaN');
    expect(run.config).toMatchObject({ failure: { loss: 'NaN', step: losses.at(-1)?.step } });
    expect(progressLine(run, 5)).toMatch(/^test +run 1 of 5 +FAILED, loss NaN at step \d+ +\d+\.\d s$/);
  });

  it('notes the loss on the way, falling, and the last at the last step', () => {
    const [trial] = trials(logisticRegression, { standardise: true }, [{ learningRate: 1e-3, numSteps: 30 }]);
    const losses = train(trial).run.metrics.filter(({ key }) => key === 'loss');
    expect(losses.map(({ step }) => step)).toEqual([1, 2, 5, 10, 20, 30]);
    const values = losses.map(({ value }) => Number(value));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it('refuses naive Bayes more than the two features from which it predicts', () => {
    const [trial] = trials(naiveBayes, {}, [{}]);
    expect(() => train(trial)).toThrow(RangeError);
  });

  it('gives a model that takes any number of rows at a time', () => {
    const { train: rows } = data;
    for (const { trials: all } of irisModels) {
      const columns = all[0]?.preparation.features?.length ?? rows.features.length;
      const narrow = rows.rows.map((row) => row.slice(0, columns));
      const fitted = all[0]?.fit({ rows: narrow, labels: rows.labels, classCount: rows.classes.length });
      const one = narrow.slice(0, 4).map((row) => fitted?.predict([row])[0]);
      for (const count of [1, 2, 3, 4]) {
        expect(fitted?.predict(narrow.slice(0, count))).toEqual(one.slice(0, count));
      }
    }
  });
});
