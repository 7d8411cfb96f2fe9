import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../src/inference/tensor-check.ts';
import type { ModelSignature, Tensor } from '../../../src/tensor.ts';

const signature: ModelSignature = {
  platform: 'onnx',
  inputs: [
    { name: 'features', datatype: 'FP64', shape: [-1, 2] },
    { name: 'kind', datatype: 'BYTES', shape: [1] },
  ],
  outputs: [],
};
const features: Tensor = {
  name: 'features',
  datatype: 'FP64',
  shape: [2, 2],
  data: [1, Number.NaN, -0, Infinity],
};
const kind: Tensor = { name: 'kind', datatype: 'BYTES', shape: [1], data: ['card'] };

describe('tensors are checked before a model sees them', () => {
  it('fit in any order, with any size where the model says -1, also none', () => {
    expect(faultsOf(signature, [kind, features])).toEqual([]);
    expect(faultsOf(signature, [kind, { ...features, shape: [0, 2], data: [] }])).toEqual([]);
  });

  it('are told every fault with its path', () => {
    const faults = faultsOf(signature, [
      { name: 'feature', datatype: 'FP64', shape: [1], data: [1] },
      { ...features, datatype: 'FP32', shape: [2, 3] },
      { ...features, shape: [-1, 2] },
    ]);
    expect(faults).toEqual([
      {
        path: ['inputs', '0', 'name'],
        message: 'The model has no such input; its inputs: "features", "kind".',
      },
      { path: ['inputs', '1', 'datatype'], message: 'The model takes FP64, not FP32.' },
      { path: ['inputs', '1', 'shape'], message: 'The model takes [-1, 2], not [2, 3].' },
      { path: ['inputs', '1', 'data'], message: 'The shape [2, 3] has 6 elements, but 4 are given.' },
      { path: ['inputs', '2', 'name'], message: 'This input is given twice; give it once.' },
      { path: ['inputs', '2', 'shape'], message: 'A shape is made of whole numbers from 0 up.' },
      { path: ['inputs'], message: 'The input "kind" is missing; give BYTES [1].' },
    ]);
  });

  it('hold elements of their datatype only', () => {
    const faults = faultsOf(signature, [kind, { ...features, data: [1, 2, 3n, '4'] }]);
    expect(faults).toEqual([
      { path: ['inputs', '1', 'data', '2'], message: 'An element of FP64 is a number, not a bigint.' },
    ]);
  });

  it('have 100,000 elements in all at most', () => {
    const wide = (rows: number) => [
      kind,
      { ...features, shape: [rows, 2], data: Array<number>(2 * rows).fill(0) },
    ];
    expect(faultsOf(signature, wide(49_999))).toEqual([]);
    expect(faultsOf(signature, wide(50_000))).toEqual([
      { path: ['inputs'], message: '100001 elements are too many; give at most 100000 in all.' },
    ]);
  });
});
