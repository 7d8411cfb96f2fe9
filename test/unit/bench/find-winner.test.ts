import { describe, expect, it } from 'vitest';
import { findWinner } from '../../bench/stores/statistics/find-winner.ts';
import { cellOf, enginesOf } from './make-results.ts';

describe('the winner of a group', () => {
  it('is named with its factor over the next, when that exceeds the noise of both', () => {
    const cells = [
      cellOf('postgres', [1_000, 1_100]),
      cellOf('mongo', [500, 500]),
      cellOf('redis', [2_100, 2_100]),
    ];
    expect(findWinner(cells, enginesOf())).toEqual({
      kind: 'winner',
      store: 'redis',
      over: 'postgres',
      factor: 2,
    });
  });

  it('is not named when the rounds of either lie further apart than the two', () => {
    const cells = [cellOf('postgres', [1_000, 1_000]), cellOf('redis', [1_000, 1_100, 1_400])];
    expect(findWinner(cells, enginesOf())).toMatchObject({ kind: 'tie', stores: ['redis', 'postgres'] });
    expect(findWinner([...cells].reverse(), enginesOf())).toMatchObject({ kind: 'tie' });
  });

  it('is never a stand-in, nor the only real server beside one', () => {
    const cells = [cellOf('mongo', [9_000, 9_000]), cellOf('redis', [2_000, 2_000])];
    expect(findWinner(cells, enginesOf(['mongo']))).toEqual({
      kind: 'none',
      reason: 'no other real server to compare with',
    });
    expect(findWinner(cells, enginesOf(['mongo', 'redis']))).toEqual({
      kind: 'none',
      reason: 'no real server was measured',
    });
    const withPostgres = [...cells, cellOf('postgres', [1_000, 1_000])];
    expect(findWinner(withPostgres, enginesOf(['mongo']))).toMatchObject({
      store: 'redis',
      over: 'postgres',
    });
  });

  it('is not one that failed, nor known after a single round', () => {
    const failed = cellOf('redis', [9_000, 9_000], { state: 'failed', reason: 'gone' });
    expect(findWinner([failed, cellOf('postgres', [10, 10])], enginesOf())).toMatchObject({ kind: 'none' });
    expect(findWinner([cellOf('redis', [9_000]), cellOf('postgres', [10])], enginesOf())).toMatchObject({
      kind: 'none',
    });
  });
});
