import { describe, expect, it } from 'vitest';
import { parseResults, resultsJson } from '../../bench/stores/results-file.ts';
import { compareResults } from '../../bench/stores/statistics/compare-results.ts';
import { cellOf, enginesOf, resultsOf } from './make-results.ts';

const kinds = (...runs: [number[], number[]]) => {
  const [old, now] = runs.map((rates) => resultsOf([cellOf('redis', rates)]));
  return compareResults(old as never, now as never).changes.map(({ kind, factor }) => ({ kind, factor }));
};

describe('two runs compared', () => {
  it('tell what became slower or faster by more than the noise of either', () => {
    expect(kinds([1_000, 1_000], [500, 500])).toEqual([{ kind: 'slower', factor: 0.5 }]);
    expect(kinds([1_000, 1_000], [2_000, 2_100])).toMatchObject([{ kind: 'faster' }]);
    expect(kinds([1_000, 1_000], [900, 1_000])).toMatchObject([{ kind: 'same' }]);
    expect(kinds([500, 1_000, 1_500], [500, 500])).toMatchObject([{ kind: 'same' }]);
  });

  it('count as slower as easily as faster: half and double are the same difference', () => {
    expect(kinds([1_000, 1_900, 1_000], [500, 500])).toMatchObject([{ kind: 'slower' }]);
    expect(kinds([500, 950, 500], [1_000, 1_000])).toMatchObject([{ kind: 'faster' }]);
  });

  it('say nothing about a single round, and nothing about rows that only one of them has', () => {
    expect(kinds([1_000], [10])).toMatchObject([{ kind: 'same' }]);
    const old = resultsOf([cellOf('redis', [10, 10], { callers: 32 })]);
    expect(compareResults(old, resultsOf([cellOf('redis', [10, 10])])).changes).toEqual([]);
  });

  it('never hold a real server against a stand-in, and say when machine or engine is another', () => {
    const old = resultsOf([cellOf('redis', [1_000, 1_000])], enginesOf(['redis']));
    const now = resultsOf([cellOf('redis', [10, 10])]);
    const { changes, cautions } = compareResults(old, { ...now, machine: { ...now.machine, cores: 64 } });
    expect(changes).toEqual([]);
    expect(cautions).toEqual([
      'What was something like redis is real redis now, and is left out.',
      'Another machine: then 2 × a processor, now 64 × a processor.',
    ]);
  });

  it('read what a run has written, raw samples and all', () => {
    const results = resultsOf([
      cellOf('redis', [1_000, 1_200]),
      cellOf('mongo', [], { state: 'failed', reason: 'gone' }),
    ]);
    expect(parseResults(resultsJson(results))).toEqual(results);
    expect(() => parseResults('{"format":2}')).toThrow(SyntaxError);
  });
});
