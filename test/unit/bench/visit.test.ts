import { describe, expect, it } from 'vitest';
import { createPick, runId } from '../../bench/stores/entities.ts';
import { visit } from '../../bench/stores/visit.ts';

const options = () => ({
  ...{ callers: 4, ms: 60_000, entities: 1, pick: createPick(200, 1) },
  signal: new AbortController().signal,
});

describe('a visit to a store', () => {
  it('keeps a sample of each operation, and never has more under way than there are callers', async () => {
    let [under, most, calls] = [0, 0, 0];
    const round = await visit(
      async () => {
        under += 1;
        most = Math.max(most, under);
        await new Promise((resolve) => setImmediate(resolve));
        under -= 1;
        calls += 1;
        return 1;
      },
      { ...options(), ms: 20 },
    );
    expect(most).toBe(4);
    expect(round.samplesUs).toHaveLength(calls);
  });

  it('ends after 10,000 operations, however long there would be time', async () => {
    const { samplesUs } = await visit(async () => 1, options());
    expect(samplesUs).toHaveLength(10_000);
  });

  it('fails when less was found than asked for: a store that answers nothing would be the fastest', async () => {
    await expect(visit(async () => 99, { ...options(), entities: 100 })).rejects.toThrow(
      'it found or wrote 99 of 100',
    );
  });

  it('rejects with the first failure, when nobody asks any more', async () => {
    let calls = 0;
    const failing = async () => {
      calls += 1;
      await new Promise((resolve) => setImmediate(resolve));
      if (calls > 4) throw new Error('gone');
      return 1;
    };
    await expect(visit(failing, options())).rejects.toThrow('gone');
    const after = calls;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(calls).toBe(after);
  });

  it('ends when it is stopped', async () => {
    const stopped = new AbortController();
    const stop = async () => {
      stopped.abort();
      return 1;
    };
    const { samplesUs } = await visit(stop, { ...options(), callers: 1, signal: stopped.signal });
    expect(samplesUs).toHaveLength(1);
  });
});

describe('what operations ask about', () => {
  it('is the same for each store, and a hundred are a hundred', () => {
    const [a, b] = [createPick(200, 3), createPick(200, 3)];
    expect(a.numbers(100)).toEqual(b.numbers(100));
    for (const size of [200, 1_000, 100_000])
      expect(new Set(createPick(size, 1).numbers(100).map(runId)).size).toBe(100);
  });
});
