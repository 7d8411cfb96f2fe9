import { Kind } from 'graphql';
import { builder } from './builder.ts';
import { parseJsonLiteral } from './json-literal.ts';

const rfc3339 =
  /^(?!0000)(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-5]):\d{2})$/;

builder.scalarType('DateTime', {
  description: 'A moment: RFC 3339 in UTC with up to microseconds, such as 2026-11-23T20:11:05.123456Z.',
  // PostgreSQL writes UTC as +00:00.
  serialize: (text) => text.replace(/\+00:00$/, 'Z'),
  parseValue(value) {
    if (typeof value !== 'string' || !isMoment(value)) {
      throw new TypeError(
        'A DateTime is RFC 3339 with at most six decimals, such as 2026-11-23T20:11:05.123456Z.',
      );
    }
    return value;
  },
});

/** JavaScript takes the 30th of February for the 2nd of March; PostgreSQL fails the statement, and all that is in it. */
function isMoment(text: string): boolean {
  const day = rfc3339.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  const isDay = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  const isOfFourDigits = /^\d{4}-/.test(new Date(text).toISOString());
  return isDay && isOfFourDigits;
}

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
