import type { PbfReader } from 'pbf';
import type { OnnxAttribute, OnnxTensor } from './onnx-model.ts';
import { type OnnxValue, sizeOf } from './onnx-value.ts';

/** A TensorProto; its elements stay where they are in the file. */
export function readTensor(pbf: PbfReader): OnnxTensor {
  const tensor = {
    name: '',
    dims: [] as number[],
    datatypeCode: 0,
    raw: undefined as Uint8Array | undefined,
    doubles: [] as number[],
    integers: [] as number[],
    strings: [] as string[],
    isExternal: false,
  };
  return pbf.readMessage((field) => {
    if (field === 1) pbf.readPackedVarint(tensor.dims, true);
    else if (field === 2) tensor.datatypeCode = pbf.readVarint();
    else if (field === 5 || field === 7) pbf.readPackedVarint(tensor.integers, true);
    else if (field === 6) tensor.strings.push(pbf.readString());
    else if (field === 8) tensor.name = pbf.readString();
    else if (field === 9) tensor.raw = pbf.readBytes();
    else if (field === 10) pbf.readPackedDouble(tensor.doubles);
    else if (field === 14) tensor.isExternal = pbf.readVarint() === 1;
  }, tensor);
}

/** An AttributeProto, under its name. */
export function readAttribute(pbf: PbfReader): { name: string; attribute: OnnxAttribute } {
  const read = { name: '', type: 0, number: 0, integers: [] as number[] };
  const held: { tensor?: OnnxTensor } = {};
  pbf.readMessage((field) => {
    if (field === 1) read.name = pbf.readString();
    else if (field === 2) read.number = pbf.readFloat();
    else if (field === 3) read.number = pbf.readVarint(true);
    else if (field === 5) held.tensor = readTensor(pbf);
    else if (field === 8) pbf.readPackedVarint(read.integers, true);
    else if (field === 20) read.type = pbf.readVarint();
  }, read);
  const { name, type, number, integers } = read;
  if (type === 1) return { name, attribute: { kind: 'float', value: number } };
  if (type === 2) return { name, attribute: { kind: 'int', value: number } };
  if (type === 4 && held.tensor) return { name, attribute: { kind: 'tensor', value: held.tensor } };
  if (type === 7) return { name, attribute: { kind: 'ints', value: integers } };
  return { name, attribute: { kind: 'other' } };
}

/** The tensor's elements; undefined when they are of a datatype that is not decoded here. Throws when some are missing. */
export function decodeTensor(tensor: OnnxTensor): OnnxValue | undefined {
  const { dims, datatypeCode, raw, doubles, integers, strings, name, isExternal } = tensor;
  if (isExternal) return undefined;
  const value = (): OnnxValue | undefined => {
    switch (datatypeCode) {
      case 11:
        return {
          datatype: 'FP64',
          dims,
          data: raw ? new Float64Array(aligned(raw)) : Float64Array.from(doubles),
        };
      case 7: {
        const data = raw ? new BigInt64Array(aligned(raw)) : BigInt64Array.from(integers, BigInt);
        return { datatype: 'INT64', dims, data };
      }
      case 2:
      case 9:
        return {
          datatype: datatypeCode === 9 ? 'BOOL' : 'UINT8',
          dims,
          data: raw ?? Uint8Array.from(integers),
        };
      case 8:
        return { datatype: 'BYTES', dims, data: strings };
      default:
        return undefined;
    }
  };
  const decoded = value();
  if (decoded && decoded.data.length !== sizeOf(dims))
    throw new Error(`the tensor ${JSON.stringify(name)} has not as many elements as its shape says`);
  return decoded;
}

/** Numbers in a file begin anywhere, those in memory at a multiple of their size. Files and all of Node's machines are little-endian. */
function aligned(raw: Uint8Array): ArrayBuffer {
  return new Uint8Array(raw).buffer;
}
