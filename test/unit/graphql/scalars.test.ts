import { GraphQLScalarType, parseConstValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../../src/graphql/schema.ts';

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name);
  if (!(type instanceof GraphQLScalarType)) throw new Error(`no scalar ${name}`);
  return type;
}
const literal = (name: string, text: string) => scalar(name).parseLiteral(parseConstValue(text), {});
const variable = (name: string, value: unknown) => scalar(name).parseValue(value);

describe('an Int64', () => {
  it.each(['0', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808'])(
    'is %s to the digit, in the query with and without quotes, and as text in variables',
    (digits) => {
      expect(literal('Int64', digits)).toBe(digits);
      expect(literal('Int64', `"${digits}"`)).toBe(digits);
      expect(variable('Int64', digits)).toBe(digits);
      expect(variable('Int64', BigInt(digits))).toBe(digits);
    },
  );

  const message = 'An Int64 is a whole number from -2^63 to 2^63-1; beyond 2^53 write it as text.';
  it.each([
    ...['9223372036854775808', '-9223372036854775809', '1'.repeat(1_000), '"nine"', '""', '"1.5"', '1.5'],
    ...['true', 'null', '[1]', '{ a: 1 }', '"0x1F"', '" 1"'],
  ])('is not %s, and the client reads what it may be', (text) => {
    expect(() => literal('Int64', text)).toThrow(message);
  });

  it.each([2 ** 53, 1.5, Number.NaN, '9223372036854775808', 2n ** 63n, 'nine', true, null, [1]])(
    'in variables is not %s',
    (value) => {
      expect(() => variable('Int64', value)).toThrow(message);
    },
  );
});

describe('a DateTime', () => {
  it.each([
    ...['2026-11-23T20:11:05.123456Z', '2026-11-23T20:11:05Z', '2024-02-29T23:59:59.9+15:59'],
    ...['0001-01-01T00:00:00-01:00', '9999-12-31T23:59:59.999999Z'],
  ])('may be %s', (text) => {
    expect(variable('DateTime', text)).toBe(text);
  });

  it.each([
    ...['2026-02-30T00:00:00Z', '2023-02-29T00:00:00Z', '2026-04-31T10:00:00+02:00', '2026-13-01T00:00:00Z'],
    ...['2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:60Z', '2026-01-01T00:00:00+16:00'],
    ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-01:00', '2026-01-01T00:00:00.1234567Z', '2026-01-01'],
    ...['2026-01-01T00:00:00', '2026-01-01 00:00:00Z', '', 1_767_225_600_000, null],
  ])('cannot be %s, which is no moment that PostgreSQL would take', (value) => {
    expect(() => variable('DateTime', value)).toThrow('A DateTime is RFC 3339');
  });
});

describe('JSON written in the query', () => {
  it.each([
    ['1', 1],
    ['-0', -0],
    ['-0.0', -0],
    ['9007199254740991', 9007199254740991],
    // A double holds these as they are written.
    ['9007199254740992', 9007199254740992],
    ['1152921504606847000', 2 ** 60],
    ['1e20', 1e20],
    // And not these.
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['1.5', 1.5],
    ['"a"', 'a'],
    ['true', true],
    ['null', null],
    ['WORD', 'WORD'],
    ['[1, [2]]', [1, [2]]],
  ])('%s keeps every digit', (text, value) => {
    expect(literal('JSON', text)).toStrictEqual(value);
  });

  it('has any keys, and none of them reaches into JavaScript', () => {
    const parsed = literal('JSON', '{ __proto__: { a: 1 }, constructor: 2 }') as object;
    expect(Object.entries(parsed)).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
    ]);
    expect(parsed).not.toHaveProperty('a');
  });
});
