import { z } from 'zod';
import { elementRange, toElement } from '../inference/tensor-elements.ts';
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
    let faults = 0;
    const elements = flat.map((value, n): TensorElement => {
      const element = elementOf(datatype, value);
      if (element !== undefined) return element;
      faults += 1;
      if (faults <= maxFaults) issue(`give ${elementRange[datatype]}`, 'data', String(n));
      return 0;
    });
    return { name, datatype, shape, data: elements };
  });

/** An element as JSON gives it, in which what a number of JSON could lose is text; undefined: it is none of this datatype. */
export function elementOf(datatype: Datatype, value: unknown): TensorElement | undefined {
  if (typeof value !== 'string' || datatype === 'BYTES' || datatype === 'BOOL')
    return toElement[datatype](value);
  if (datatype.startsWith('FP')) return toElement[datatype](floatOf(value));
  return /^-?\d{1,20}$/.test(value) ? toElement[datatype](BigInt(value)) : undefined;
}

function floatOf(text: string): number | undefined {
  if (/^(NaN|[+-]?Infinity)$/.test(text)) return Number(text);
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
