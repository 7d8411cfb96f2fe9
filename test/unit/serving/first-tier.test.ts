import { describe, expect, it } from 'vitest';
import { openFirstTier } from '../../../src/serving/first-tier.ts';
import type { Computed } from '../../../src/serving/prediction.ts';

const answer = (elements: number, leftMs = 60_000): Computed => ({
  outputs: [
    { name: 'y', datatype: 'FP64', shape: [elements], data: Array.from({ length: elements }, () => 1) },
  ],
  computedAtMs: 1,
  leftMs,
});

describe('answers in the memory of a gateway', () => {
  it('are kept within a number of bytes, not of answers: a large one takes the place of many', () => {
    const tier = openFirstTier(100_000);
    const ids = Array.from({ length: 100 }, (_, n) => `small ${n}`);
    for (const id of ids) tier.keep(id, answer(2), 20);
    const kept = () => ids.filter((id) => tier.get(id)).length;
    expect(kept()).toBe(100);
    tier.keep('large', answer(10_000), 50_000);
    expect(tier.get('large')).toBeDefined();
    expect(kept()).toBeLessThan(40);
    // It alone is more than all may be.
    tier.keep('huge', answer(100_000), 1_000_000);
    expect(tier.get('huge')).toBeUndefined();
  });

  it('are given for as long as they may be, and say how long that still is', async () => {
    const tier = openFirstTier(100_000);
    tier.keep('a', answer(1, 100), 10);
    expect(tier.get('a')?.leftMs).toBeGreaterThan(0);
    expect(tier.get('a')?.leftMs).toBeLessThanOrEqual(100);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(tier.get('a')).toBeUndefined();
  });

  it('are none at all where there is no room', () => {
    const tier = openFirstTier(1);
    tier.keep('a', answer(1), 10);
    expect(tier.get('a')).toBeUndefined();
  });
});
