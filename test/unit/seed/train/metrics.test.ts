import { describe, expect, it } from 'vitest';
import {
  accuracy,
  confusionMatrix,
  f1,
  logLoss,
  precision,
  recall,
  rocAuc,
} from '../../../../src/seed/train/metrics.ts';

const actual = [1, 1, 1, 0, 0, 0, 0, 0];
const predicted = [1, 1, 0, 1, 0, 0, 0, 0];

describe('metrics', () => {
  it('are those of the textbook', () => {
    expect(confusionMatrix(actual, predicted, 2)).toEqual([
      [4, 1],
      [1, 2],
    ]);
    expect(accuracy(actual, predicted)).toBe(6 / 8);
    expect(precision(actual, predicted, 1)).toBe(2 / 3);
    expect(recall(actual, predicted, 1)).toBe(2 / 3);
    expect(f1(actual, [1, 0, 0, 0, 0, 0, 0, 0], 1)).toBe(0.5);
  });

  it('are NaN where there is nothing to divide by, not 0', () => {
    const never = actual.map(() => 0);
    expect(precision(actual, never, 1)).toBeNaN();
    expect(recall(never, predicted, 1)).toBeNaN();
    expect(f1(actual, never, 1)).toBe(0);
    expect(rocAuc(never, actual, 1)).toBeNaN();
  });

  it('give half a point for a tie in the area under the curve, and NaN for a score of NaN', () => {
    expect(rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 1)).toBe(0.75);
    expect(rocAuc([0, 1], [0.5, 0.5], 1)).toBe(0.5);
    expect(rocAuc([0, 1], [0.5, Number.NaN], 1)).toBeNaN();
  });

  it('let a log loss become infinite when the right class was held impossible', () => {
    expect(
      logLoss(
        [0, 1],
        [
          [0.5, 0.5],
          [0.75, 0.25],
        ],
      ),
    ).toBeCloseTo((Math.LN2 + Math.log(4)) / 2, 12);
    expect(logLoss([0], [[0, 1]])).toBe(Number.POSITIVE_INFINITY);
  });
});
