import { Decimal128, Double, Int32, Long, Timestamp } from 'bson';

/** A finite number without rounding: digits × 10^exponent. */
interface Exact {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The number of a numeric BSON value; a bigint where a number could not hold it; undefined for what is no number. */
export function toNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return value;
  if (isPlainNumber(value)) return value.value;
  // Timestamp extends Long, but is no number.
  if (value instanceof Long && !(value instanceof Timestamp)) {
    const number = value.toNumber();
    return Number.isSafeInteger(number) ? number : value.toBigInt();
  }
  if (value instanceof Decimal128) return Number(value.toString());
  return undefined;
}

/** Compares two numeric BSON values exactly: NaN is less than every number, and equal to itself. */
export function compareNumbers(a: unknown, b: unknown): number {
  const decimal = a instanceof Decimal128 || b instanceof Decimal128;
  if (decimal && isFiniteNumber(a) && isFiniteNumber(b)) return compareExact(toExact(a), toExact(b));
  return compareDoubles(toNumber(a) ?? 0, toNumber(b) ?? 0);
}

/** The same of what are numbers already. */
export function compareDoubles(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

/** Most numbers are of these types, whose value a JavaScript number holds. */
export const isPlainNumber = (value: unknown): value is Double | Int32 =>
  value instanceof Double || value instanceof Int32;

/** The same for all numeric BSON values that are equal: most often the number, which as a key of a Map is equal to itself. */
export function identityOfNumber(value: unknown): string | number {
  const number = toNumber(value) ?? 0;
  if (!(value instanceof Decimal128) || !isFiniteNumber(value)) return identityOfDouble(number);
  const exact = toExact(value);
  // Most decimals, such as 0.1, are no double's value, and then equal to no other number.
  const double = new Double(Number(number));
  if (Number.isFinite(double.value) && compareExact(exact, toExact(double)) === 0)
    return identityOfDouble(double.value);
  let { digits, exponent } = exact;
  for (; digits % 10n === 0n; exponent += 1) digits /= 10n;
  return exponent >= 0 && exponent < 20 ? `n${digits * 10n ** BigInt(exponent)}` : `n${digits}e${exponent}`;
}

/** Large whole numbers to the last digit, as a Long has them. */
const identityOfDouble = (number: number | bigint): string | number =>
  typeof number === 'bigint' || (Number.isInteger(number) && !Number.isSafeInteger(number))
    ? `n${BigInt(number)}`
    : number;

// A decimal may be finite and yet beyond what a double holds.
const isFiniteNumber = (value: unknown) =>
  value instanceof Decimal128 ? /\d/.test(value.toString()) : Number.isFinite(Number(toNumber(value)));

function toExact(value: unknown): Exact {
  if (value instanceof Decimal128) {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)\.?(\d*)(?:E([+-]?\d+))?$/.exec(value.toString()) ?? [];
    return { digits: BigInt(`${sign}${whole}${fraction}`), exponent: Number(exponent) - fraction.length };
  }
  const number = toNumber(value) ?? 0;
  if (typeof number === 'bigint') return { digits: number, exponent: 0 };
  let whole = number;
  let halvings = 0;
  for (; !Number.isInteger(whole); halvings += 1) whole *= 2;
  // 2^-n is 5^n × 10^-n.
  return { digits: BigInt(whole) * 5n ** BigInt(halvings), exponent: -halvings };
}

function compareExact(a: Exact, b: Exact): number {
  const exponent = Math.min(a.exponent, b.exponent);
  const [digitsA, digitsB] = [a, b].map((one) => one.digits * 10n ** BigInt(one.exponent - exponent)) as [
    bigint,
    bigint,
  ];
  return digitsA < digitsB ? -1 : digitsA > digitsB ? 1 : 0;
}
