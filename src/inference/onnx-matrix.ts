import { axisOf, doublesAt, integersAt, type Operator } from './onnx-operator.ts';
import { UnsupportedOnnx } from './onnx-unsupported.ts';
import { fp64, sizeOf } from './onnx-value.ts';

/** Rows times a matrix, plus a row; neither is transposed. */
export const gemm: Operator = (attributes) => {
  if (attributes.int('transA', 0) !== 0 || attributes.int('transB', 0) !== 0)
    throw new UnsupportedOnnx('a Gemm that transposes');
  return (inputs) => {
    const [a, b, c] = [doublesAt(inputs, 0), doublesAt(inputs, 1), doublesAt(inputs, 2)];
    const [rows = 0, inner = 0] = a.dims;
    const [height = 0, columns = 0] = b.dims;
    if (a.dims.length !== 2 || b.dims.length !== 2 || inner !== height || c.data.length !== columns)
      throw new Error(`[${a.dims}] times [${b.dims}] plus [${c.dims}] cannot be computed`);
    const data = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = c.data[column] ?? 0;
        for (let n = 0; n < inner; n++)
          sum += (a.data[row * inner + n] ?? 0) * (b.data[n * columns + column] ?? 0);
        data[row * columns + column] = sum;
      }
    }
    return fp64([rows, columns], data);
  };
};

/** Over the last axis. */
export const softmax: Operator = (attributes) => {
  const axis = attributes.int('axis', -1);
  return (inputs) => {
    const { dims, data } = doublesAt(inputs, 0);
    const width = lastAxis(axis, dims);
    const shares = new Float64Array(data.length);
    for (let start = 0; start < data.length; start += width) {
      const row = data.subarray(start, start + width);
      const highest = row.reduce((a, b) => Math.max(a, b), -Infinity);
      const powers = row.map((value) => Math.exp(value - highest));
      const sum = powers.reduce((a, b) => a + b, 0);
      shares.set(
        powers.map((power) => power / sum),
        start,
      );
    }
    return fp64(dims, shares);
  };
};

/** Over the last axis, which the second input names. */
export const reduceSum: Operator = (attributes) => {
  const keep = attributes.int('keepdims', 1) === 1;
  return (inputs) => {
    const { dims, data } = doublesAt(inputs, 0);
    const axes = integersAt(inputs, 1).data;
    if (axes.length !== 1) throw new UnsupportedOnnx('a ReduceSum over several axes');
    const width = lastAxis(axes[0] ?? 0, dims);
    const outer = dims.slice(0, -1);
    const sums = new Float64Array(sizeOf(outer)).map((_, n) =>
      data.subarray(n * width, (n + 1) * width).reduce((a, b) => a + b, 0),
    );
    return fp64(keep ? [...outer, 1] : outer, sums);
  };
};

/** Over the last axis; the first of several equal ones. */
export const argMax: Operator = (attributes) => {
  const axis = attributes.int('axis', 0);
  const keep = attributes.int('keepdims', 1) === 1;
  if (attributes.int('select_last_index', 0) !== 0)
    throw new UnsupportedOnnx('an ArgMax that takes the last index');
  return (inputs) => {
    const { dims, data } = doublesAt(inputs, 0);
    const width = lastAxis(axis, dims);
    const outer = dims.slice(0, -1);
    const indices = new BigInt64Array(sizeOf(outer)).map((_, n) => {
      let best = 0;
      for (let at = 1; at < width; at++) {
        if ((data[n * width + at] ?? 0) > (data[n * width + best] ?? 0)) best = at;
      }
      return BigInt(best);
    });
    return { datatype: 'INT64', dims: keep ? [...outer, 1] : outer, data: indices };
  };
};

/** How long the last axis is. Throws when `axis` is another, or nothing is along it. */
function lastAxis(axis: number, dims: readonly number[]): number {
  const width = dims.at(-1) ?? 0;
  if (axisOf(axis, dims.length) !== dims.length - 1)
    throw new UnsupportedOnnx('an axis other than the last one');
  if (width === 0) throw new Error(`[${dims}] has nothing along its last axis`);
  return width;
}
