import type { Attributes } from './onnx-attributes.ts';
import type { OnnxValue } from './onnx-value.ts';

/** What a node of this kind computes, once its attributes are known. Throws when its inputs do not fit. */
export type Operator = (attributes: Attributes) => Compute;

export type Compute = (inputs: readonly OnnxValue[]) => OnnxValue;

/** The nth input as doubles. Throws when it is missing or of another datatype. */
export function doublesAt(
  inputs: readonly OnnxValue[],
  n: number,
): { dims: readonly number[]; data: Float64Array } {
  const value = inputs[n];
  if (value?.datatype !== 'FP64') throw new Error(`input ${n} is ${value?.datatype ?? 'missing'}, not FP64`);
  return value;
}

/** The nth input as whole numbers: axes, indices. Throws when it is missing or of another datatype. */
export function integersAt(
  inputs: readonly OnnxValue[],
  n: number,
): { dims: readonly number[]; data: number[] } {
  const value = inputs[n];
  if (value?.datatype !== 'INT64')
    throw new Error(`input ${n} is ${value?.datatype ?? 'missing'}, not INT64`);
  return { dims: value.dims, data: Array.from(value.data, Number) };
}

/** The nth input. Throws when it is missing. */
export function valueAt(inputs: readonly OnnxValue[], n: number): OnnxValue {
  const value = inputs[n];
  if (!value) throw new Error(`input ${n} is missing`);
  return value;
}

/** From the front: -1 is the last axis. Throws when there is no such axis. */
export function axisOf(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!(counted >= 0 && counted < rank)) throw new Error(`there is no axis ${axis}`);
  return counted;
}
