import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackEnd } from '../../src/inference/back-end.ts';
import { openInferenceServer } from '../../src/inference/open-inference-server.ts';
import { fitInputs } from '../../src/inference/tensor-signature.ts';
import { upstreamFailed } from '../../src/problems.ts';
import type { ModelSignature, Tensor } from '../../src/tensor.ts';

const signature: ModelSignature = {
  platform: 'sums',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
  outputs: [
    { name: 'sum', datatype: 'FP64', shape: [] },
    { name: 'same', datatype: 'FP32', shape: [-1] },
  ],
};
const sums: BackEnd = {
  signature: async () => signature,
  ready: async () => true,
  async infer(inputs) {
    return fitInputs(inputs, signature).flatMap(({ shape, data }): Tensor[] => {
      const sum = data.reduce((total: number, element) => total + Number(element), 0);
      return [
        { name: 'sum', datatype: 'FP64', shape: [], data: [sum] },
        { name: 'same', datatype: 'FP32', shape, data },
      ];
    });
  },
};
const failing = (error: Error): BackEnd => ({
  ...sums,
  ready: async () => false,
  infer: () => Promise.reject(error),
});
const models = new Map([
  ['my sums', sums],
  ['away', failing(upstreamFailed('It is away.', true))],
  ['odd', failing(upstreamFailed('It is odd.', false))],
  ['broken', failing(new Error('secret'))],
]);
const errors: unknown[] = [];
const versions: unknown[] = [];
const server = createServer(
  openInferenceServer(
    async (name, version) => {
      versions.push(version);
      return version === 9 ? undefined : models.get(name);
    },
    { maxBodyBytes: 10_000, onError: (error) => errors.push(error) },
  ),
);
let origin: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = async (path: string, body?: string) => {
  const response = await fetch(origin + path, body === undefined ? {} : { method: 'POST', body });
  return { status: response.status, body: await response.json() };
};
const x = (data: unknown, rest: object = {}) => ({
  inputs: [{ name: 'x', datatype: 'FP32', shape: [2], data, ...rest }],
});
const infer = (body: unknown, name = 'my%20sums') =>
  ask(`/v2/models/${name}/infer`, typeof body === 'string' ? body : JSON.stringify(body));

describe('the server of models', () => {
  it('says who it is, that it lives, and what its models take', async () => {
    expect(await ask('/v2')).toEqual({
      status: 200,
      body: { name: 'modelgraph', version: expect.any(String), extensions: ['binary_tensor_data'] },
    });
    expect(await ask('/v2/health/live')).toEqual({ status: 200, body: { live: true } });
    expect(await ask('/v2/health/ready')).toEqual({ status: 200, body: { ready: true } });
    expect(await ask('/v2/models/my%20sums')).toEqual({
      status: 200,
      body: { name: 'my sums', ...signature },
    });
    expect(await ask('/v2/models/my%20sums/versions/3')).toMatchObject({ body: { versions: ['3'] } });
    expect(versions.slice(-2)).toEqual([undefined, 3]);
    expect(await ask('/v2/models/my%20sums/versions/3/ready')).toMatchObject({ status: 200 });
    expect(await ask('/v2/models/away/ready')).toEqual({
      status: 400,
      body: { error: 'the model is not ready' },
    });
  });

  it('answers in JSON who asks in JSON, with the id of the request', async () => {
    expect(await infer({ id: 'a', ...x([1, 2]) })).toEqual({
      status: 200,
      body: {
        model_name: 'my sums',
        id: 'a',
        outputs: [
          { name: 'sum', datatype: 'FP64', shape: [], data: [3] },
          { name: 'same', datatype: 'FP32', shape: [2], data: [1, 2] },
        ],
      },
    });
    expect(
      await infer('{"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[[NaN]]}]}'),
    ).toMatchObject({
      status: 400,
    });
    const { body } = await infer(
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":[NaN,"inf"]}]}',
    );
    expect(body.outputs[1].data).toEqual(['NaN', 'Infinity']);
  });

  it('answers with the outputs that are asked for, each in the form that is asked for', async () => {
    expect((await infer({ ...x([1, 2]), outputs: [{ name: 'sum' }] })).body.outputs).toHaveLength(1);
    const response = await fetch(`${origin}/v2/models/my%20sums/infer`, {
      method: 'POST',
      body: JSON.stringify({
        ...x([1, 2]),
        outputs: [{ name: 'same', parameters: { binary_data: true } }, { name: 'sum' }],
      }),
    });
    const length = Number(response.headers.get('inference-header-content-length'));
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(JSON.parse(bytes.subarray(0, length).toString()).outputs).toEqual([
      { name: 'same', datatype: 'FP32', shape: [2], parameters: { binary_data_size: 8 } },
      { name: 'sum', datatype: 'FP64', shape: [], data: [3] },
    ]);
    expect(bytes.subarray(length).toString('hex')).toBe('0000803f00000040');
  });

  it.each<[string, unknown, string]>([
    ['no JSON', 'x', 'the request cannot be used: it is no JSON'],
    ['no inputs', {}, 'it has no list "inputs"'],
    ['too few elements', x([1]), 'inputs.0 has 1 elements where its shape [2] has 2'],
    ['another datatype', x([1, 2], { datatype: 'INT8' }), 'inputs.0.datatype: must be FP32.'],
    ['another input', x([1, 2], { name: 'z' }), 'inputs.0.name: is no input of the model'],
    [
      'bytes that are not there',
      x(null, { parameters: { binary_data_size: 8 } }),
      'beyond the end of the body',
    ],
    ['an output that is none', { ...x([1, 2]), outputs: [{ name: 'z' }] }, '"z" is no output of the model'],
  ])('refuses %s with 400', async (_, body, words) => {
    expect(await infer(body)).toEqual({ status: 400, body: { error: expect.stringContaining(words) } });
  });

  it.each([
    ['/v2/models/nobody', 'this model, or this version of it, is not served here'],
    ['/v2/models/my%20sums/versions/9/ready', 'this model, or this version of it, is not served here'],
    ['/v2/models/my%20sums/versions/x', 'there is nothing at this path'],
    ['/v2/models/my%20sums/other', 'there is nothing at this path'],
    ['/', 'there is nothing at this path'],
  ])('has nothing at %s', async (path, error) => {
    expect(await ask(path)).toEqual({ status: 404, body: { error } });
  });

  it('tells a wrong method, a wrong name and a request that is too large', async () => {
    expect(await ask('/v2/models/my%20sums/infer')).toMatchObject({ status: 405 });
    expect(await ask('/v2/models/%ff')).toMatchObject({ status: 400 });
    expect(await infer(' '.repeat(10_001))).toEqual({
      status: 413,
      body: { error: 'a request can have at most 10000 bytes' },
    });
  });

  it('tells that a model failed, and keeps what went wrong inside of it to itself', async () => {
    expect(await infer(x([1, 2]), 'away')).toEqual({ status: 503, body: { error: 'It is away.' } });
    expect(await infer(x([1, 2]), 'odd')).toEqual({ status: 500, body: { error: 'It is odd.' } });
    expect(await infer(x([1, 2]), 'broken')).toEqual({ status: 500, body: { error: 'the server failed' } });
    expect(errors).toEqual([new Error('secret')]);
  });
});
