import { Decimal128, Double, Int32, Long } from 'bson';
import { toNumber } from './numbers.ts';

/** Two numeric BSON values → one, of the type that MongoDB gives it; undefined when it does not fit in 64 bits. */
export type Arithmetic = (a: unknown, b: unknown) => Int32 | Long | Double | undefined;

export const add: Arithmetic = (a, b) =>
  combine(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
  );

export const multiply: Arithmetic = (a, b) =>
  combine(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
  );

/** Whether these can take it: decimals would need arithmetic of their own. */
export const canCalculate = (value: unknown) =>
  toNumber(value) !== undefined && !(value instanceof Decimal128);

/** int with int is int, and long when it no longer fits; with a long it is long; with a double it is double. */
function combine(
  a: unknown,
  b: unknown,
  exact: (a: bigint, b: bigint) => bigint,
  inexact: (a: number, b: number) => number,
): ReturnType<Arithmetic> {
  if (a instanceof Double || b instanceof Double)
    return new Double(inexact(Number(toNumber(a)), Number(toNumber(b))));
  if (a instanceof Int32 && b instanceof Int32) {
    const result = inexact(a.value, b.value);
    if (result === (result | 0)) return new Int32(result);
  }
  const result = exact(BigInt(toNumber(a) ?? 0), BigInt(toNumber(b) ?? 0));
  return result === BigInt.asIntN(64, result) ? Long.fromBigInt(result) : undefined;
}
