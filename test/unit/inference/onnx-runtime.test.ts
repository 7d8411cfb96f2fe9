import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { onnxBackEnds } from '../../../src/inference/onnx-back-ends.ts';
import { evaluatorEngine } from '../../../src/inference/onnx-evaluator-engine.ts';
import { installedEngine } from '../../../src/inference/onnx-installed-engine.ts';
import { demoArtifacts, readDemo } from '../../../src/seed/read-demo.ts';
import { fraud } from '../../../src/seed/train/datasets/fraud.ts';
import { iris } from '../../../src/seed/train/datasets/iris.ts';
import { createGraph, scalar } from '../../../src/seed/train/onnx/graph.ts';
import { writeOnnx } from '../../../src/seed/train/onnx/write-onnx.ts';
import type { Tensor } from '../../../src/tensor.ts';

const isInstalled = (() => {
  try {
    return Boolean(createRequire(import.meta.url).resolve('onnxruntime-node'));
  } catch {
    return false;
  }
})();

const demo = fileURLToPath(demoArtifacts);
const names = readDemo().models.flatMap(({ name, versions }) =>
  versions
    .filter(({ artifacts }) => artifacts.some(({ kind }) => kind === 'onnx-model'))
    .map(({ version }) => `${name}/${version}/model.onnx`),
);

/** The dataset's rows, and one with a number missing. */
function tensorFor(name: string): Tensor {
  const { train, holdout } = (name.startsWith('iris') ? iris : fraud).load();
  const rows = [...train.rows, ...holdout.rows, train.features.map(() => Number.NaN)];
  const data = rows.flat();
  return { name: 'features', datatype: 'FP64', shape: [rows.length, train.features.length], data };
}

describe.skipIf(isInstalled)('without onnxruntime-node', () => {
  it('a model is computed by the evaluator', async () => {
    expect(await installedEngine()).toBe(evaluatorEngine);
  });
});

describe.skipIf(!isInstalled)('with onnxruntime-node', () => {
  const native = onnxBackEnds(demo);
  const own = onnxBackEnds(demo, async () => evaluatorEngine);

  it.each(names)('%s: both compute the same', async (name) => {
    const features = tensorFor(name);
    const [expected, actual] = await Promise.all(
      [native, own].map((backEnds) => backEnds.at(`onnx:${name}`).infer([features])),
    );
    const [probabilities, label] = expected ?? [];
    expect(actual?.map((tensor) => [tensor.name, tensor.datatype, tensor.shape])).toEqual(
      expected?.map((tensor) => [tensor.name, tensor.datatype, tensor.shape]),
    );
    expect(actual?.[1]?.data).toEqual(label?.data);
    const off = probabilities?.data.filter((share, n) => {
      const given = actual?.[0]?.data[n];
      if (Number.isNaN(share)) return !Number.isNaN(given);
      return !(Math.abs(Number(share) - Number(given)) <= Math.max(1e-9 * Number(share), 4 * Number.EPSILON));
    });
    expect(off).toEqual([]);
  });

  it('operators are computed that the evaluator does not have', async () => {
    const graph = createGraph();
    graph.add('Pow', ['x', graph.constant('c', scalar(2))], { output: 'y' });
    const value = (name: string) => ({ name, datatype: 'FP64' as const, shape: ['rows'] });
    const file = join(tmpdir(), `power-${process.pid}.onnx`);
    writeFileSync(
      file,
      writeOnnx({ name: 'power', graph, inputs: [value('x')], outputs: [value('y')], metadata: {} }),
    );
    const backEnds = onnxBackEnds(tmpdir());
    const x: Tensor = { name: 'x', datatype: 'FP64', shape: [2], data: [3, Number.NaN] };
    const [y] = await backEnds.at(`onnx:power-${process.pid}.onnx`).infer([x]);
    expect(y).toEqual({ name: 'y', datatype: 'FP64', shape: [2], data: [9, Number.NaN] });
    await backEnds.close();
    rmSync(file);
  });

  it('a model that is unloaded finishes what it has begun', async () => {
    const backEnds = onnxBackEnds(demo);
    const model = backEnds.at('onnx:fraud-net/1/model.onnx');
    await model.signature();
    const answers = Promise.all(Array.from({ length: 5 }, () => model.infer([tensorFor('fraud')])));
    await model.signature();
    await backEnds.close();
    expect((await answers).map(([probabilities]) => probabilities?.shape)).toEqual(
      Array.from({ length: 5 }, () => [tensorFor('fraud').shape[0], 2]),
    );
  });
});
