import { describe, expect, it } from 'vitest';
import { fitInputs } from '../../src/inference/tensor-signature.ts';
import { Refusal } from '../../src/problems.ts';
import type { Tensor, TensorSpec } from '../../src/tensor.ts';
import { openFaultyServer } from './open-faulty-server.ts';
import { model, openTestInference, problemOf, x } from './open-test-inference.ts';

const signature = {
  platform: null,
  inputs: [
    { name: 'image', datatype: 'UINT8', shape: [-1, 2, 2] },
    { name: 'scale', datatype: 'FP32', shape: [] },
  ] satisfies TensorSpec[],
  outputs: [],
};
const image: Tensor = { name: 'image', datatype: 'UINT8', shape: [1, 2, 2], data: [0, 1, 2, 255] };
const scale: Tensor = { name: 'scale', datatype: 'FP32', shape: [], data: [0.5] };

const faults = (inputs: Tensor[], of = signature) => {
  try {
    fitInputs(inputs, of);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal) || error.problem.problem !== 'InvalidInputError') throw error;
    return error.problem.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  }
};

describe('inputs that do not fit the model', () => {
  it('are told with every fault and where it is', () => {
    expect(
      faults([
        { ...image, datatype: 'INT8', shape: [1, 4], data: [0, 200, 1.5] },
        { ...scale, name: 'scales' },
        { ...scale, name: 'scales' },
      ]),
    ).toEqual([
      'inputs.0.datatype must be UINT8.',
      'inputs.0.shape is [1, 4], the model takes [-1, 2, 2], where -1 is any size.',
      'inputs.0.data.1 must be a whole number from -128 to 127.',
      'inputs.0.data.2 must be a whole number from -128 to 127.',
      'inputs.1.name is no input of the model; it takes "image", "scale".',
      'inputs.2.name is given twice.',
      'inputs lacks the input "scale".',
    ]);
  });

  it.each<[Tensor[], string]>([
    [[{ ...image, data: [0, 1, 2] }, scale], 'inputs.0.data has 3 elements where the shape [1, 2, 2] has 4.'],
    [[{ ...image, shape: [-1, 2, 2] }, scale], 'inputs.0.shape must be made of whole numbers from 0.'],
    [[{ ...image, shape: [2 ** 52, 2, 2] }, scale], 'inputs.0.shape must be made of whole numbers from 0.'],
    [[image, { ...scale, shape: [1] }], 'inputs.1.shape is [1], the model takes [].'],
    [[image, { ...scale, data: [1e39] }], 'inputs.1.data.0 must be a number of 32 bits, NaN or an infinity.'],
    [[image, { ...scale, data: ['1'] }], 'inputs.1.data.0 must be a number of 32 bits, NaN or an infinity.'],
    [[], 'inputs lacks the input "image".'],
  ])('such as %j are told: %s', (inputs, fault) => {
    expect(faults(inputs)).toContain(fault);
  });

  it('are too many beyond 100,000 elements in all', () => {
    const any = { ...signature, inputs: [] };
    const half = { ...scale, shape: [50_000], data: new Array<number>(50_000).fill(0) };
    expect(faults([half, { ...half, name: 'b' }], any)).toEqual([]);
    expect(faults([half, { ...half, name: 'b' }, { ...scale, name: 'c' }], any)).toEqual([
      'inputs have 100001 elements; give at most 100000.',
    ]);
  });

  it('are not all listed when thousands of elements are wrong', () => {
    const wrong = { ...image, shape: [1000, 2, 2], data: new Array<number>(4000).fill(-1) };
    expect(faults([wrong, scale])).toHaveLength(11);
    expect(faults([wrong, scale]).at(-1)).toBe('inputs.0.data has 3990 more such elements.');
  });

  it('are not sent; the model is asked once more what it takes', async () => {
    const { url, asked } = await openFaultyServer((_, response) => void response.end('{}'));
    const backEnd = openTestInference([url]).at(url, model);
    for (let n = 0; n < 2; n++)
      expect(await problemOf(backEnd.infer([{ ...x(1), datatype: 'INT8' }]))).toMatchObject({
        problem: 'InvalidInputError',
        issues: [{ path: ['inputs', '0', 'datatype'], message: 'must be FP32.' }],
      });
    expect(asked.filter((request) => request.startsWith('POST'))).toEqual([]);
    expect(asked.filter((request) => request === 'GET /v2/models/m/versions/1')).toHaveLength(2);
  });
});

describe('inputs that fit', () => {
  it('are held as their datatype is: rounded floats, exact 64-bit integers, no negative zero of integers', () => {
    const any = { ...signature, inputs: [] };
    const fitted = fitInputs(
      [
        { name: 'a', datatype: 'FP32', shape: [2], data: [0.1, -0] },
        { name: 'b', datatype: 'INT64', shape: [2], data: [5, 2n ** 60n] },
        { name: 'c', datatype: 'INT8', shape: [2], data: [-0, 5n] },
        { name: 'd', datatype: 'FP16', shape: [1], data: [1 / 3] },
        { name: 'e', datatype: 'BYTES', shape: [0, 5], data: [] },
      ],
      any,
    );
    expect(fitted.map(({ data }) => data)).toEqual([
      [Math.fround(0.1), -0],
      [5n, 2n ** 60n],
      [0, 5],
      [0.333251953125],
      [],
    ]);
  });
});
