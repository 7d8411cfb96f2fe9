import { doublesAt, type Operator, valueAt } from './onnx-operator.ts';
import { fp64, type OnnxValue, sizeOf } from './onnx-value.ts';

/** One double in, one out. */
export const unary =
  (compute: (value: number) => number): Operator =>
  () =>
  (inputs) => {
    const { dims, data } = doublesAt(inputs, 0);
    return fp64(dims, data.map(compute));
  };

/** Two doubles in, one out; shapes are broadcast as NumPy does. */
export const binary =
  (compute: (left: number, right: number) => number): Operator =>
  () =>
  (inputs) => {
    const [left, right] = [doublesAt(inputs, 0), doublesAt(inputs, 1)];
    const dims = broadcast(left.dims, right.dims);
    const [leftAt, rightAt] = [positions(left.dims, dims), positions(right.dims, dims)];
    const data = new Float64Array(sizeOf(dims));
    for (let n = 0; n < data.length; n++) {
      data[n] = compute(left.data[leftAt[n] ?? 0] ?? 0, right.data[rightAt[n] ?? 0] ?? 0);
    }
    return fp64(dims, data);
  };

export const isNan: Operator = () => (inputs) => {
  const { dims, data } = doublesAt(inputs, 0);
  return { datatype: 'BOOL', dims, data: Uint8Array.from(data, (value) => Number(Number.isNaN(value))) };
};

/** Of each place the second input where the first is true, else the third. */
export const where: Operator = () => (inputs) => {
  const [condition, yes, no] = [0, 1, 2].map((n) => valueAt(inputs, n)) as [OnnxValue, OnnxValue, OnnxValue];
  if (condition.datatype !== 'BOOL') throw new Error('the condition is not BOOL');
  const dims = broadcast(broadcast(condition.dims, yes.dims), no.dims);
  const [conditionAt, yesAt, noAt] = [condition, yes, no].map((one) => positions(one.dims, dims)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const pick = <Element>(ofYes: ArrayLike<Element>, ofNo: ArrayLike<Element>) =>
    Array.from({ length: sizeOf(dims) }, (_, n) =>
      condition.data[conditionAt[n] ?? 0] ? ofYes[yesAt[n] ?? 0] : ofNo[noAt[n] ?? 0],
    ) as Element[];
  if (yes.datatype === 'BYTES' && no.datatype === 'BYTES')
    return { datatype: 'BYTES', dims, data: pick(yes.data, no.data) };
  return fp64(dims, Float64Array.from(pick(doublesAt(inputs, 1).data, doublesAt(inputs, 2).data)));
};

/** To the nearest whole number, from the middle to the even one. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const over = value - floor;
  if (over !== 0.5) return over < 0.5 ? floor : Math.ceil(value);
  return floor % 2 === 0 ? floor : Math.ceil(value);
}

function broadcast(left: readonly number[], right: readonly number[]): number[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a !== b && a !== 1 && b !== 1) throw new Error(`shapes [${left}] and [${right}] do not go together`);
    return a === 1 ? b : a;
  });
}

/** Where in a tensor of shape `from` each element of its broadcast to `to` is. */
function positions(from: readonly number[], to: readonly number[]): Int32Array {
  const found = new Int32Array(sizeOf(to));
  const size = sizeOf(from);
  const core = from.slice(from.findIndex((dim) => dim !== 1));
  // What is as large as the end of the other is repeated, a single number always: nearly all there is.
  if (size === 1 || core.every((dim, axis) => dim === to[to.length - core.length + axis]))
    return found.map((_, n) => n % size);
  let stride = 1;
  let repeat = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const dim = to[axis] ?? 1;
    const own = from[axis - to.length + from.length] ?? 1;
    if (own > 1)
      for (let n = 0; n < found.length; n++)
        found[n] = (found[n] ?? 0) + (Math.floor(n / repeat) % dim) * stride;
    stride *= own;
    repeat *= dim;
  }
  return found;
}
