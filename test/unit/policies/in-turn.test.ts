import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTurn } from '../../../src/policies/in-turn.ts';

const limits = { store: 'POSTGRES', deadlineMs: 1_000 } as const;

describe('calls in turn', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are made one after another, in the order of asking', async () => {
    const seen: string[] = [];
    const read = inTurn<string, string>(async (asks) => {
      seen.push(`${asks} begins`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen.push(`${asks} ends`);
      return [...asks];
    }, limits);
    const answers = Promise.all([read(['a']), read(['b'])]);
    await vi.advanceTimersByTimeAsync(200);
    expect(await answers).toEqual([['a'], ['b']]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('that have waited too long are not made, and leave those after them their turn', async () => {
    const made: string[] = [];
    const read = inTurn<string, string>(async (asks) => {
      made.push(...asks);
      if (asks[0] === 'slow') await new Promise((resolve) => setTimeout(resolve, 1_500));
      return [...asks];
    }, limits);
    const slow = read(['slow']);
    const late = read(['late', 'too']);
    await vi.advanceTimersByTimeAsync(1_000);
    const next = read(['next']);
    await vi.advanceTimersByTimeAsync(500);
    expect(await slow).toEqual(['slow']);
    expect(await late).toEqual([
      expect.objectContaining({ code: 'STORE_TIMEOUT' }),
      expect.objectContaining({ code: 'STORE_TIMEOUT' }),
    ]);
    expect(await next).toEqual(['next']);
    expect(made).toEqual(['slow', 'next']);
  });
});
