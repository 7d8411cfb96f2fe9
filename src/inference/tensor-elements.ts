import { f16round } from '@petamoriken/float16';
import type { Datatype, TensorElement } from '../tensor.ts';

const integer = (least: number, most: number) => (value: unknown) => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  // Adding 0 makes -0, which no integer has, a plain 0.
  return number >= least && number <= most ? number + 0 : undefined;
};

const longInteger = (least: bigint, most: bigint) => (value: unknown) => {
  const exact = Number.isSafeInteger(value) ? BigInt(value as number) : value;
  return typeof exact === 'bigint' && exact >= least && exact <= most ? exact : undefined;
};

const float = (round: (value: number) => number) => (value: unknown) => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  const rounded = round(number);
  // A finite number that becomes infinite is another number; only an infinity may be one.
  if (Number.isFinite(rounded)) return rounded;
  return typeof value === 'number' && !Number.isFinite(number) ? rounded : undefined;
};

const text = (value: unknown) =>
  typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : undefined;

/** What is an element of each datatype: the value as it is then held, undefined when it is none. */
export const toElement: Record<Datatype, (value: unknown) => TensorElement | undefined> = {
  BOOL: (value) => (typeof value === 'boolean' ? value : undefined),
  UINT8: integer(0, 0xff),
  UINT16: integer(0, 0xffff),
  UINT32: integer(0, 0xffff_ffff),
  UINT64: longInteger(0n, 2n ** 64n - 1n),
  INT8: integer(-0x80, 0x7f),
  INT16: integer(-0x8000, 0x7fff),
  INT32: integer(-0x8000_0000, 0x7fff_ffff),
  INT64: longInteger(-(2n ** 63n), 2n ** 63n - 1n),
  FP16: float(f16round),
  FP32: float(Math.fround),
  FP64: float((value) => value),
  BYTES: text,
};

/** What an element of each datatype can be, in words. */
export const elementRange: Record<Datatype, string> = {
  BOOL: 'true or false',
  UINT8: 'a whole number from 0 to 255',
  UINT16: 'a whole number from 0 to 65535',
  UINT32: 'a whole number from 0 to 4294967295',
  UINT64: 'a whole number from 0 to 18446744073709551615',
  INT8: 'a whole number from -128 to 127',
  INT16: 'a whole number from -32768 to 32767',
  INT32: 'a whole number from -2147483648 to 2147483647',
  INT64: 'a whole number from -9223372036854775808 to 9223372036854775807',
  FP16: 'a number from -65504 to 65504, NaN or an infinity',
  FP32: 'a number of 32 bits, NaN or an infinity',
  FP64: 'a number of 64 bits, NaN or an infinity',
  BYTES: 'text that is well-formed Unicode',
};
