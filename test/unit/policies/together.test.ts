import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { together } from '../../../src/policies/together.ts';

/** A store that takes its time, and what it was asked. */
function slowStore(answer: (ask: number) => number = (ask) => ask * 2) {
  const calls: number[][] = [];
  let atOnce = 0;
  let most = 0;
  return {
    calls,
    most: () => most,
    run: async (asks: readonly number[]) => {
      calls.push([...asks]);
      most = Math.max(most, ++atOnce);
      await delay(10);
      atOnce -= 1;
      return asks.map(answer);
    },
  };
}

const limits = {
  store: 'POSTGRES',
  deadlineMs: 10_000,
  atOnce: 2,
  aloneMs: 5_000,
  shareOf: () => 0.1,
} as const;

describe('writes that come together', () => {
  it('go at once while nothing is under way, and share calls when something is', async () => {
    const store = slowStore();
    const ask = together(store.run, limits);
    const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => ask(n)));
    expect(answers).toEqual(Array.from({ length: 25 }, (_, n) => n * 2));
    expect(store.calls.map((asks) => asks.length)).toEqual([1, 10, 10, 4]);
    expect(store.most()).toBe(1);
  });

  it('do not wait behind a call that is slow, unless as many are as may be', async () => {
    const ends: (() => void)[] = [];
    const ask = together(
      (asks: readonly string[]) => new Promise<string[]>((resolve) => ends.push(() => resolve([...asks]))),
      { ...limits, aloneMs: 20 },
    );
    const [first, second] = [ask('first'), ask('second')];
    expect(ends).toHaveLength(1);
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    ends[1]?.();
    await expect(second).resolves.toBe('second');
    // The first is still under way, and known to be slow.
    const third = ask('third');
    expect(ends).toHaveLength(3);
    await delay(40);
    const fourth = ask('fourth');
    expect(ends).toHaveLength(3);
    for (const end of ends) end();
    await expect(Promise.all([first, third])).resolves.toEqual(['first', 'third']);
    ends[3]?.();
    await expect(fourth).resolves.toBe('fourth');
    expect(ends).toHaveLength(4);
  });

  it('are given room by their size, and what is too large goes alone', async () => {
    const store = slowStore();
    const ask = together(store.run, { ...limits, atOnce: 1, shareOf: (share: number) => share });
    await Promise.all([0.1, 0.6, 0.4, 0.5, 7, 0.2].map(ask));
    expect(store.calls).toEqual([[0.1], [0.6, 0.4], [0.5], [7], [0.2]]);
  });

  it('fail for all who shared the call, and for nobody else', async () => {
    const store = slowStore((one) => {
      if (one === 2) throw new Error('refused');
      return one;
    });
    const ask = together(store.run, { ...limits, atOnce: 1, shareOf: () => 0.5 });
    const settled = await Promise.allSettled([0, 1, 2, 3].map(ask));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  it('do not wait for ever behind others, and have asked nothing then', async () => {
    const asked: string[] = [];
    const ends: (() => void)[] = [];
    const ask = together(
      (asks: readonly string[]) => {
        asked.push(...asks);
        return new Promise<string[]>((resolve) => ends.push(() => resolve([...asks])));
      },
      { ...limits, atOnce: 1, deadlineMs: 20 },
    );
    const first = ask('first');
    const late = ask('late');
    await delay(40);
    ends[0]?.();
    await expect(late).rejects.toMatchObject({ code: 'STORE_TIMEOUT', store: 'POSTGRES' });
    await expect(first).resolves.toBe('first');
    expect(asked).toEqual(['first']);
  });
});
