import { describe, expect, it } from 'vitest';
import { measureRounds, type Task } from '../../bench/stores/measure-rounds.ts';
import type { StoreId } from '../../bench/stores/results.ts';
import { Failure } from '../../bench/stores/store-bench.ts';

const task = (store: StoreId, operation: () => Promise<number>, callers = 1): Task => ({
  ...{ size: 200, row: 'read', route: 'client', durability: 'memory' },
  ...{ store, callers, operation },
});
const options = (signal = new AbortController().signal) => {
  const visits: string[] = [];
  const onVisit = ({ store, callers }: { store: string; callers: number }) =>
    visits.push(`${store} ${callers}`);
  return { visits, rounds: 2, seconds: 0.001, signal, onVisit };
};
const soon = async () => 1;

describe('the rounds of a measurement', () => {
  it('visit all stores in each, another first each time, and keep all but the one to warm up', async () => {
    const { visits, ...rest } = options();
    const cells = await measureRounds(
      [task('postgres', soon), task('mongo', soon), task('redis', soon)],
      rest,
    );
    expect(visits.filter((_, n) => n % 3 === 0)).toEqual(['postgres 1', 'mongo 1', 'redis 1']);
    expect(visits).toHaveLength(9);
    expect(cells.map(({ state, rounds }) => [state, rounds.length])).toEqual(Array(3).fill(['measured', 2]));
  });

  it('give up what fails, with its reason, and go on with the others', async () => {
    let calls = 0;
    const failing = async () => {
      calls += 1;
      throw new Failure('it is full');
    };
    const cells = await measureRounds([task('redis', failing), task('postgres', soon)], options());
    expect(cells.map(({ state, reason }) => [state, reason])).toEqual([
      ['failed', 'it is full'],
      ['measured', undefined],
    ]);
    expect(calls).toBe(1);
  });

  it('do not let many callers queue for what takes one of them long', async () => {
    let calls = 0;
    const slow = async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 520));
      return 1;
    };
    const cells = await measureRounds([task('mongo', slow), task('mongo', slow, 32)], options());
    expect(cells.map(({ state, reason }) => [state, reason])).toEqual([
      ['measured', undefined],
      ['not-applicable', expect.stringMatching(/^one operation alone takes \d\.\d s$/)],
    ]);
    expect(calls).toBe(3);
  });

  it('end when they are stopped, with what there is by then', async () => {
    const stop = new AbortController();
    let calls = 0;
    const stopping = async () => {
      calls += 1;
      if (calls === 3) stop.abort();
      return 1;
    };
    const tasks = [task('redis', stopping, 1), task('postgres', soon)];
    const cells = await measureRounds(tasks, { ...options(stop.signal), seconds: 0 });
    expect(cells.map(({ state, rounds }) => [state, rounds.length])).toEqual([
      ['measured', 1],
      ['measured', 1],
    ]);
  });
});
