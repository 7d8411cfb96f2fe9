import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFixedMoment } from '../../../src/stores/mongo/moments.ts';

describe('a moment in MongoDB', () => {
  it.each([
    // As PostgreSQL's JSON and PostgreSQL's text have it, and as a client may write it.
    ['2026-11-25T18:00:00+00:00', '2026-11-25T18:00:00.000000Z'],
    ['2026-11-25T18:00:00.12+00:00', '2026-11-25T18:00:00.120000Z'],
    ['2026-11-25 18:00:00.123456+00', '2026-11-25T18:00:00.123456Z'],
    ['2026-11-25 18:00:00+00', '2026-11-25T18:00:00.000000Z'],
    ['2026-11-25T18:00:00.000001Z', '2026-11-25T18:00:00.000001Z'],
    ['2026-01-01T01:15:00.5+05:30', '2025-12-31T19:45:00.500000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
  ])('%s is %s', (text, fixed) => {
    expect(toFixedMoment(text)).toBe(fixed);
    expect(toFixedMoment(fixed)).toBe(fixed);
  });

  it('is before another one if, and only if, its text is', () => {
    const micros = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n });
    const near = fc.tuple(micros, fc.bigInt({ min: -2_000_000n, max: 2_000_000n }));
    const textOf = (moment: bigint) => {
      const decimals = String(moment % 1_000_000n)
        .padStart(6, '0')
        .replace(/0+$/, '');
      const seconds = new Date(Number(moment / 1_000_000n) * 1_000).toISOString().slice(0, 19);
      return toFixedMoment(`${seconds}${decimals && `.${decimals}`}+00:00`);
    };
    fc.assert(
      fc.property(near, ([a, more]) => {
        const b = a + more < 0n ? a : a + more;
        expect(textOf(a) < textOf(b)).toBe(a < b);
      }),
    );
  });

  it.each(['', 'now', '2026-11-25', 'infinity', '10000-01-01T00:00:00+00:00', '2026-13-01T00:00:00Z'])(
    'is never %s',
    (text) => {
      expect(() => toFixedMoment(text)).toThrow(RangeError);
    },
  );
});
