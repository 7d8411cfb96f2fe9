import { z } from 'zod';
import { type Datatype, datatypeBytes, type Tensor, type TensorElement } from '../tensor.ts';
import { oneOf, text } from './inputs.ts';

/** How many elements the inputs of one prediction may have in all. */
export const maxElements = 100_000;
const maxRank = 8;
const maxFaults = 20;

const datatypes = Object.keys(datatypeBytes) as [Datatype, ...Datatype[]];

/** A tensor as clients give it: its data nested like its shape or flat, row after row. Faults are issues at their paths. */
export const tensorInput = z
  .object({
    name: text(200),
    datatype: oneOf(datatypes),
    shape: z
      .array(z.int('give whole numbers').min(0, 'cannot be negative'))
      .max(maxRank, `at most ${maxRank} dimensions`),
    data: z.unknown(),
  })
  .transform(({ name, datatype, shape, data }, { addIssue }): Tensor => {
    const issue = (message: string, ...path: string[]) => void addIssue({ code: 'custom', message, path });
    const size = shape.reduce((product, length) => product * length, 1);
    const flat = Array.isArray(data) ? data.flat(maxRank) : undefined;
    if (!flat) issue('give a list', 'data');
    else if (size > maxElements) issue(`can have at most ${maxElements} elements`, 'shape');
    else if (flat.length !== size)
      issue(`has ${flat.length} elements, and the shape [${shape}] has ${size}`, 'data');
    if (!flat || size > maxElements || flat.length !== size) return z.NEVER;
    const parse = elementOf[datatype];
    let faults = 0;
    const elements = flat.map((value, n): TensorElement => {
      const element = parse(value);
      if (element !== undefined) return element;
      faults += 1;
      if (faults <= maxFaults) issue(`is no ${datatype}`, 'data', String(n));
      return 0;
    });
    return { name, datatype, shape, data: elements };
  });

type Parse = (value: unknown) => TensorElement | undefined;

/** JSON has no NaN and no infinities: they are given as text, as is what else a number of JSON could lose. */
export const float: Parse = (value) => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (/^(NaN|[+-]?Infinity)$/.test(value)) return Number(value);
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
};

const whole =
  (least: number, most: number): Parse =>
  (value) => {
    const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
    return Number.isInteger(number) && (number as number) >= least && (number as number) <= most
      ? (number as number)
      : undefined;
  };

const whole64 =
  (least: bigint, most: bigint): Parse =>
  (value) => {
    const isWhole =
      typeof value === 'bigint' ||
      (typeof value === 'number' && Number.isSafeInteger(value)) ||
      (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
    if (!isWhole) return undefined;
    const number = BigInt(value as string | number | bigint);
    return number >= least && number <= most ? number : undefined;
  };

/** What an element of each datatype may be given as; undefined: that is none. */
export const elementOf: Record<Datatype, Parse> = {
  BOOL: (value) => (typeof value === 'boolean' ? value : undefined),
  UINT8: whole(0, 2 ** 8 - 1),
  UINT16: whole(0, 2 ** 16 - 1),
  UINT32: whole(0, 2 ** 32 - 1),
  UINT64: whole64(0n, 2n ** 64n - 1n),
  INT8: whole(-(2 ** 7), 2 ** 7 - 1),
  INT16: whole(-(2 ** 15), 2 ** 15 - 1),
  INT32: whole(-(2 ** 31), 2 ** 31 - 1),
  INT64: whole64(-(2n ** 63n), 2n ** 63n - 1n),
  FP16: float,
  FP32: float,
  FP64: float,
  BYTES: (value) => (typeof value === 'string' ? value : undefined),
};
