import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../src/http/parse-exact-json.ts';

describe('a request’s JSON', () => {
  it('is what JSON.parse makes of it, whatever JavaScript wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps integers that a number would round, wherever they stand, and leaves text alone', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.array(int64), fc.string(), (big, text) => {
        const written = JSON.stringify(`${text}9007199254740993`);
        const parsed = parseExactJson(`[{"a":[${big.join(' , ')}], ${written}:${written}}]`);
        const [{ a, ...rest }] = parsed as [{ a: unknown[] }];
        expect(a.map(String)).toEqual(big.map(String));
        expect(rest).toEqual({ [JSON.parse(written)]: JSON.parse(written) });
      }),
    );
  });

  it.each([
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['[9007199254740993]', [9007199254740993n]],
    // Numbers as JavaScript prints them.
    ['9007199254740992', 9007199254740992],
    ['1152921504606847000', 2 ** 60],
    ['100000000000000000000', 1e20],
    ['-0', -0],
    [String.raw`"\"9007199254740993"`, '"9007199254740993'],
    [String.raw`["\\",9007199254740993]`, ['\\', 9007199254740993n]],
  ])('%s keeps its digits', (text, value) => {
    expect(parseExactJson(text)).toStrictEqual(value);
  });

  it.each([
    '0.12345678901234567890',
    '12345678901234567890.5',
    '12345678901234567890e2',
    '1e-1234567890123456789',
    '1E+1234567890123456789',
  ])('%s is no integer', (text) => {
    expect(parseExactJson(text)).toBe(Number(text));
  });

  it.each(['{"a":9007199254740993', '0009007199254740993', '"9007199254740993', '--9007199254740993', ''])(
    'that is none is refused: %s',
    (text) => {
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
    },
  );
});
