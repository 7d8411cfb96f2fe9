import { describe, expect, it } from 'vitest';
import { median, percentile, sortedSamples, summarize } from '../../bench/stores/statistics/summarize.ts';
import { cellOf } from './make-results.ts';

describe('a cell in numbers', () => {
  it('has the median of its rounds as operations a second, whatever one round was', () => {
    expect(summarize(cellOf('redis', [1_000, 1_200, 200]))).toMatchObject({
      perSecond: 1_000,
      perSecondRange: [200, 1_200],
      operations: 240,
    });
  });

  it('has percentiles of all samples of all rounds, not of their averages', () => {
    const samplesUs = Array.from({ length: 50 }, (_, n) => (n + 1) * 1_000);
    const more = samplesUs.map((us) => us + 50_000);
    const summary = summarize({
      state: 'measured',
      rounds: [
        { ms: 10, samplesUs: more },
        { ms: 10, samplesUs },
      ],
    });
    expect(summary).toMatchObject({ p50Ms: 50, p95Ms: 95, p99Ms: 99 });
  });

  it('has as noise how far the rounds lie apart, by the median', () => {
    expect(summarize(cellOf('redis', [900, 1_000, 1_150]))?.noise).toBeCloseTo(0.25);
    expect(summarize(cellOf('redis', [1_000, 1_000]))?.noise).toBe(0);
  });

  it('knows no noise after a single round', () => {
    expect(summarize(cellOf('redis', [1_000]))?.noise).toBeNaN();
  });

  it('is nothing where nothing was measured', () => {
    expect(summarize(cellOf('redis', []))).toBeUndefined();
    expect(summarize(cellOf('redis', [100, 100], { state: 'failed' }))).toBeUndefined();
  });
});

describe('percentiles and medians', () => {
  it('are values that were measured; the median of an even number is between two', () => {
    const sorted = sortedSamples([{ ms: 1, samplesUs: [30, 4, 200, 10] }]);
    expect([0, 0.25, 0.5, 0.75, 0.99, 1].map((share) => percentile(sorted, share))).toEqual([
      4, 4, 10, 30, 200, 200,
    ]);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('are NaN of nothing', () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(median([])).toBeNaN();
  });
});
