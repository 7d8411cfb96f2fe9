import { axisOf, doublesAt, integersAt, type Operator, valueAt } from './onnx-operator.ts';
import { UnsupportedOnnx } from './onnx-unsupported.ts';
import { type OnnxValue, sizeOf } from './onnx-value.ts';

/** Slices of the first input along an axis, by the indices of the second, whose shape takes the axis's place. */
export const gather: Operator = (attributes) => {
  const wanted = attributes.int('axis', 0);
  return (inputs) => {
    const source = valueAt(inputs, 0);
    const indices = integersAt(inputs, 1);
    const axis = axisOf(wanted, source.dims.length);
    const count = source.dims[axis] ?? 0;
    const [before, after] = [source.dims.slice(0, axis), source.dims.slice(axis + 1)];
    const width = sizeOf(after);
    const starts = indices.data.map((index) => {
      if (!(index >= -count && index < count)) throw new Error(`there is nothing at the index ${index}`);
      return (index < 0 ? index + count : index) * width;
    });
    const places = new Int32Array(sizeOf(before) * starts.length * width);
    let filled = 0;
    for (let block = 0; block < sizeOf(before); block++) {
      for (const start of starts) {
        for (let n = 0; n < width; n++) places[filled++] = block * count * width + start + n;
      }
    }
    return pick(source, places, [...before, ...indices.dims, ...after]);
  };
};

/** Adds axes of size 1 where the second input says. */
export const unsqueeze: Operator = () => (inputs) => {
  const value = valueAt(inputs, 0);
  const axes = integersAt(inputs, 1).data;
  const rank = value.dims.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const own = value.dims.values();
  const dims = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (own.next().value ?? 1)));
  return { ...value, dims };
};

/** Takes away axes of size 1 where the second input says. */
export const squeeze: Operator = () => (inputs) => {
  const value = valueAt(inputs, 0);
  const gone = integersAt(inputs, 1).data.map((axis) => axisOf(axis, value.dims.length));
  if (gone.some((axis) => value.dims[axis] !== 1)) throw new Error('only an axis of size 1 can be squeezed');
  return { ...value, dims: value.dims.filter((_, axis) => !gone.includes(axis)) };
};

/** Doubles to INT64, towards zero. */
export const cast: Operator = (attributes) => {
  const to = attributes.int('to', 0);
  if (to !== 7) throw new UnsupportedOnnx('a Cast to something else than INT64');
  return (inputs) => {
    const { dims, data } = doublesAt(inputs, 0);
    return { datatype: 'INT64', dims, data: BigInt64Array.from(data, (value) => BigInt(Math.trunc(value))) };
  };
};

function pick(value: OnnxValue, places: Int32Array, dims: readonly number[]): OnnxValue {
  switch (value.datatype) {
    case 'FP64':
      return { datatype: 'FP64', dims, data: Float64Array.from(places, (place) => value.data[place] ?? 0) };
    case 'INT64':
      return {
        datatype: 'INT64',
        dims,
        data: BigInt64Array.from(places, (place) => value.data[place] ?? 0n),
      };
    case 'BYTES':
      return { datatype: 'BYTES', dims, data: Array.from(places, (place) => value.data[place] ?? '') };
    default:
      return {
        datatype: value.datatype,
        dims,
        data: Uint8Array.from(places, (place) => value.data[place] ?? 0),
      };
  }
}
