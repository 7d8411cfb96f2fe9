import { Kind } from 'graphql';
import { builder } from './builder.ts';
import { parseJsonLiteral } from './json-literal.ts';

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/;

builder.scalarType('DateTime', {
  description: 'A moment: RFC 3339 in UTC with up to microseconds, such as 2026-11-23T20:11:05.123456Z.',
  // PostgreSQL writes UTC as +00:00.
  serialize: (text) => text.replace(/\+00:00$/, 'Z'),
  parseValue(value) {
    if (typeof value !== 'string' || !rfc3339.test(value) || Number.isNaN(Date.parse(value))) {
      throw new TypeError(
        'A DateTime is RFC 3339 with at most six decimals, such as 2026-11-23T20:11:05.123456Z.',
      );
    }
    return value;
  },
});

builder.scalarType('JSON', {
  description:
    'Any JSON value. An integer that a double would round is kept as one of 64 bits. What JSON has no form for, or would round, comes as text: NaN, Infinity, -Infinity, and integers of 64 bits beyond 2^53.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: parseJsonLiteral,
});

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

builder.scalarType('Int64', {
  description: 'A whole number of 64 bits, as decimal text; numbers are accepted too.',
  serialize: (text) => text,
  parseValue: toInt64,
  parseLiteral: (node) =>
    toInt64(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
});

function toInt64(value: unknown): string {
  const whole =
    typeof value === 'string'
      ? /^-?\d{1,19}$/.test(value)
      : typeof value === 'bigint' || Number.isSafeInteger(value);
  const parsed = whole ? BigInt(value as string | number | bigint) : undefined;
  if (parsed === undefined || parsed < least || parsed > greatest) {
    throw new TypeError('An Int64 is a whole number from -2^63 to 2^63-1; beyond 2^53 write it as text.');
  }
  return String(parsed);
}
