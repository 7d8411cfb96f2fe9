// More digits than 64 bits can need, so that a number of a million digits costs nothing before it is refused.
const enoughDigits = 40;

/**
 * The digits of a JSON integer → a number, where that is printed with the same digits again; else a bigint. So nothing
 * that was written out is rounded, and what JavaScript itself wrote stays a number.
 */
export function exactInteger(digits: string): number | bigint {
  const number = Number(digits);
  const same = String(number) === digits || Object.is(number, -0);
  return same ? number : BigInt(digits.slice(0, enoughDigits));
}
