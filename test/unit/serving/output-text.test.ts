import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromOutputText, toOutputText } from '../../../src/serving/output-text.ts';
import type { Tensor } from '../../../src/tensor.ts';

const tensor = <T extends Tensor['data'][number]>(datatype: Tensor['datatype'], element: fc.Arbitrary<T>) =>
  fc
    .tuple(fc.string(), fc.array(element, { maxLength: 20 }))
    .map(([name, data]): Tensor => ({ name, datatype, shape: [data.length], data }));

const anyTensor = fc.oneof(
  tensor('FP64', fc.double()),
  tensor('FP32', fc.float()),
  tensor('INT32', fc.integer()),
  tensor('INT64', fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  tensor('UINT64', fc.bigInt(0n, 2n ** 64n - 1n)),
  tensor('BOOL', fc.boolean()),
  tensor('BYTES', fc.string({ unit: 'grapheme' })),
);

describe('outputs as text', () => {
  it('come back bit for bit, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(anyTensor, { maxLength: 4 }), (outputs) => {
        expect(fromOutputText(toOutputText(outputs))).toStrictEqual(outputs);
      }),
    );
  });
});
