import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBytes, toBytes } from '../../src/inference/tensor-bytes.ts';
import { toElement } from '../../src/inference/tensor-elements.ts';
import { TensorFault } from '../../src/inference/tensor-fault.ts';
import { fromJson, parseTensorJson } from '../../src/inference/tensor-json.ts';
import { decodeMessage, encodeMessage, headLengthHeader } from '../../src/inference/tensor-message.ts';
import { type Datatype, datatypeBytes, type Tensor, type TensorElement } from '../../src/tensor.ts';

const integers = (min: number, max: number) => fc.integer({ min, max });
const floats = (datatype: 'FP16' | 'FP32' | 'FP64') =>
  fc
    .oneof(fc.double(), fc.float(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity))
    .map((value) => toElement[datatype](value))
    .filter((value) => value !== undefined);
const elements: Record<Datatype, fc.Arbitrary<TensorElement>> = {
  BOOL: fc.boolean(),
  UINT8: integers(0, 255),
  UINT16: integers(0, 65_535),
  UINT32: integers(0, 4_294_967_295),
  UINT64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  INT8: integers(-128, 127),
  INT16: integers(-32_768, 32_767),
  INT32: integers(-2_147_483_648, 2_147_483_647),
  INT64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  FP16: floats('FP16'),
  FP32: floats('FP32'),
  FP64: floats('FP64'),
  BYTES: fc.string({ unit: 'binary' }),
};
const datatypes = Object.keys(datatypeBytes) as Datatype[];
const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.string({ minLength: 1 }), fc.constantFrom(...datatypes))
  .chain(([name, datatype]) =>
    fc.array(elements[datatype]).map((data) => ({ name, datatype, shape: [data.length], data })),
  );
const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 5 });

describe('a tensor on its way', () => {
  it('is the same after it was bytes, of the size of its datatype', () => {
    fc.assert(
      fc.property(tensor, ({ datatype, data }) => {
        const bytes = toBytes({ datatype, data });
        if (datatype !== 'BYTES') expect(bytes).toHaveLength(data.length * datatypeBytes[datatype]);
        expect(fromBytes(datatype, bytes, data.length)).toEqual(data);
      }),
    );
  });

  it('is the same after a message in which each goes as JSON or as bytes, whatever else it says', () => {
    fc.assert(
      fc.property(tensors, fc.func(fc.boolean()), (sent, isBinary) => {
        const { headers, body } = encodeMessage({ id: '1' }, 'inputs', sent, isBinary);
        const { head, tensors } = decodeMessage(body, headers[headLengthHeader], 'inputs');
        expect(tensors).toEqual(sent);
        expect(head.id).toBe('1');
      }),
    );
  });

  it('is never more or less than its bytes: what is cut off or added is a fault', () => {
    fc.assert(
      fc.property(tensor, fc.nat(), ({ datatype, data }, n) => {
        const bytes = toBytes({ datatype, data });
        const longer = Buffer.concat([bytes, Buffer.alloc(1 + (n % 9))]);
        expect(() => fromBytes(datatype, longer, data.length)).toThrow(TensorFault);
        if (bytes.length === 0) return;
        expect(() => fromBytes(datatype, bytes.subarray(0, n % bytes.length), data.length)).toThrow(
          TensorFault,
        );
      }),
    );
  });

  it('is read from any bytes as a tensor or a fault, never as anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(...datatypes), fc.nat(20), (bytes, datatype, count) => {
        try {
          expect(fromBytes(datatype, bytes, count)).toHaveLength(count);
        } catch (error) {
          expect(error).toBeInstanceOf(TensorFault);
        }
      }),
    );
  });

  it.each<[Datatype, TensorElement[], string]>([
    ['UINT16', [258], '0201'],
    ['INT32', [-2], 'feffffff'],
    ['INT64', [2n ** 63n - 1n], 'ffffffffffffff7f'],
    ['FP16', [1, -0, Infinity], '003c0080007c'],
    ['FP32', [1], '0000803f'],
    ['FP64', [-2], '00000000000000c0'],
    ['BOOL', [true, false], '0100'],
    ['BYTES', ['é', ''], '02000000c3a900000000'],
  ])('of %s is little endian, as the protocol says', (datatype, data, hex) => {
    expect(toBytes({ datatype, data }).toString('hex')).toBe(hex);
  });
});

describe('numbers in the JSON of servers', () => {
  it.each<[Datatype, string, TensorElement[]]>([
    ['FP32', '[NaN, -Infinity, Infinity]', [Number.NaN, -Infinity, Infinity]],
    ['FP32', '["NaN", "-Infinity", "inf"]', [Number.NaN, -Infinity, Infinity]],
    ['FP64', '[nan,-inf,Inf]', [Number.NaN, -Infinity, Infinity]],
    ['FP64', '[-0.0, -0, 1E+100, 1e-400]', [-0, -0, 1e100, 0]],
    [
      'FP64',
      '[12345678901234567890, 0.12345678901234567890]',
      [Number('12345678901234567890'), 0.12345678901234568],
    ],
    ['FP32', '[0.1]', [Math.fround(0.1)]],
    ['INT64', '[9223372036854775807, -9223372036854775808, 5]', [2n ** 63n - 1n, -(2n ** 63n), 5n]],
    ['UINT64', '[[18446744073709551615], [0]]', [2n ** 64n - 1n, 0n]],
    ['INT32', '[[1, 2], [3, 4]]', [1, 2, 3, 4]],
    [
      'BYTES',
      '["NaN", "12345678901234567890", "a \\"NaN\\" b"]',
      ['NaN', '12345678901234567890', 'a "NaN" b'],
    ],
  ])('are read exactly: %s from %s', (datatype, text, expected) => {
    expect(fromJson(datatype, parseTensorJson(text) as unknown[], 2)).toEqual(expected);
  });

  it.each<[Datatype, string]>([
    ['FP64', '[1e400]'],
    ['FP64', `[1${'0'.repeat(400)}]`],
    ['FP32', '[1e39]'],
    ['FP16', '[65520]'],
    ['FP32', '[null]'],
    ['FP32', '["1"]'],
    ['FP32', '[true]'],
    ['INT64', '[9223372036854775808]'],
    ['INT64', '[1.5]'],
    ['INT8', '[128]'],
    ['UINT8', '[-1]'],
    ['INT32', '[NaN]'],
    ['BOOL', '[1]'],
    ['BYTES', '[NaN]'],
    ['BYTES', '["\\ud800"]'],
    ['FP32', `${'['.repeat(100_000)}1${']'.repeat(100_000)}`],
    ['FP32', `${'['.repeat(100_000)}NaN${']'.repeat(100_000)}`],
    ['FP32', '[1'],
    ['FP32', '["NaN]'],
  ])('are refused when they are no %s: %s', (datatype, text) => {
    expect(() => fromJson(datatype, parseTensorJson(text) as unknown[], 2)).toThrow(TensorFault);
  });
});
