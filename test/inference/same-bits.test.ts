import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Datatype, Tensor, TensorElement } from '../../src/tensor.ts';
import { type EchoProcess, startEcho } from './echo-process.ts';
import { openTestInference } from './open-test-inference.ts';

const samples: Record<Datatype, TensorElement[]> = {
  BOOL: [true, false],
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 4_294_967_295],
  UINT64: [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-2_147_483_648, 2_147_483_647],
  INT64: [-(2n ** 63n), -(2n ** 53n) - 1n, -1n, 0n, 2n ** 63n - 1n],
  FP16: [0, -0, 1, 65_504, 2 ** -24, 0.0999755859375, Number.NaN, Infinity, -Infinity],
  FP32: [0, -0, Math.fround(0.1), 2 ** -149, 3.4028234663852886e38, Number.NaN, Infinity, -Infinity],
  FP64: [0, -0, 0.1, 1e21, 1e308, Number.MIN_VALUE, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity],
  BYTES: ['', 'NaN', '12345678901234567890', 'naïve', '👩‍🔬', '\u0000', '"\\', '\ufeffmark', '\u2028'],
};
const inputs = (Object.keys(samples) as Datatype[]).map(
  (datatype): Tensor => ({
    name: datatype,
    datatype,
    shape: [1, samples[datatype].length],
    data: samples[datatype],
  }),
);

let echo: EchoProcess;
beforeAll(async () => {
  echo = await startEcho({
    'all kinds': inputs.map(({ name, datatype }) => ({ name, datatype, shape: [1, -1] })),
  });
});
afterAll(() => echo.kill());

const all = { name: 'all kinds', version: 3 };

describe('tensors of every datatype', () => {
  it('come back bit for bit from a server that takes binary', async () => {
    const backEnd = openTestInference([echo.url]).at(echo.url, all);
    expect(await backEnd.infer(inputs)).toEqual(inputs);
  });

  it('come back bit for bit in JSON, from a server that may not be asked whether it takes binary', async () => {
    const url = `${echo.url}/v2/models/all%20kinds`;
    const backEnd = openTestInference([`${echo.url}/v2/models/`]).at(url, all);
    expect(await backEnd.infer(inputs)).toEqual(inputs);
  });

  it('are told in the signature, and the server says whether it is ready', async () => {
    const inference = openTestInference([echo.url]);
    const backEnd = inference.at(echo.url, all);
    const { platform, inputs: specs } = await backEnd.signature();
    expect(platform).toBe('echo');
    expect(specs).toContainEqual({ name: 'FP16', datatype: 'FP16', shape: [1, -1] });
    expect(await backEnd.ready()).toBe(true);
    expect(await inference.at(echo.url, { name: 'nobody', version: 1 }).ready()).toBe(false);
  });
});
