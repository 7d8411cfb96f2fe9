import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluatorOf } from '../../../src/inference/onnx-evaluator.ts';
import { readOnnx } from '../../../src/inference/onnx-reader.ts';
import { readDemo } from '../../../src/seed/read-demo.ts';
import { addOnnx } from '../../../src/seed/train/add-onnx.ts';
import { fraud } from '../../../src/seed/train/datasets/fraud.ts';
import { iris } from '../../../src/seed/train/datasets/iris.ts';
import { demoFolder } from '../../../src/seed/train/demo-file.ts';
import { loadModelFile, type ModelFile } from '../../../src/seed/train/model-file.ts';

const demo = readDemo();
const versions = demo.models.flatMap((model) =>
  model.versions.map(({ version, artifacts }) => ({
    name: `${model.name}/${version}`,
    file: JSON.parse(String(readDemoFile(`artifacts/${model.name}/${version}/model.json`))) as ModelFile,
    isConverted: artifacts.some(({ kind }) => kind === 'onnx-model'),
  })),
);
const converted = versions.filter(({ isConverted }) => isConverted);
const tables = [fraud, iris].map((source) => source.load());

function readDemoFile(path: string): Buffer {
  return readFileSync(new URL(path, demoFolder));
}

/** All rows of the dataset with these classes: those that the model learned from, and those held out. */
function rowsFor({ classes }: ModelFile): readonly (readonly number[])[] {
  const table = tables.find(({ train }) => train.classes.join() === classes.join());
  if (!table) throw new Error('a model of no dataset');
  return [...table.train.rows, ...table.holdout.rows];
}

function predict(name: string, rows: readonly (readonly number[])[]) {
  const features = {
    datatype: 'FP64',
    dims: [rows.length, rows[0]?.length ?? 0],
    data: Float64Array.from(rows.flat()),
  } as const;
  const model = readOnnx(readDemoFile(`artifacts/${name}/model.onnx`));
  const outputs = evaluatorOf(model)(new Map([['features', features]]));
  return {
    model,
    probabilities: Array.from(outputs.get('probabilities')?.data ?? [], Number),
    labels: Array.from<unknown>(outputs.get('label')?.data ?? []),
  };
}

describe("the demo's ONNX files", () => {
  it('are there for all models but nearest neighbours', () => {
    const left = versions.filter(({ isConverted }) => !isConverted).map(({ file }) => file.library.name);
    expect(new Set(left)).toEqual(new Set(['ml-knn']));
    expect(converted.length).toBeGreaterThanOrEqual(30);
  });

  it('are what an export makes of the model files now, byte for byte, and so is what the registry says of them', () => {
    const again = addOnnx(demo, (path) => String(readDemoFile(path)));
    expect(again.demo).toEqual(demo);
    for (const { path, content } of again.files)
      expect(readDemoFile(path).equals(content as Uint8Array), path).toBe(true);
  });

  it('are the endpoints of the deployments, which have none where there is no file', () => {
    for (const { name, deployments } of demo.models) {
      for (const { version, endpoint } of deployments) {
        const own = `${name}/${version}`;
        const isConverted = converted.some((one) => one.name === own);
        expect(endpoint, own).toBe(isConverted ? `onnx:${own}/model.onnx` : undefined);
      }
    }
  });

  it.each(converted)(
    '$name: gives the probabilities and labels of the model that was trained',
    ({ name, file }) => {
      const rows = rowsFor(file);
      const trained = loadModelFile(file);
      const { probabilities, labels } = predict(name, rows);
      const expected = trained.scores(rows).flat();
      const off = expected.filter((score, n) => {
        const given = probabilities[n] ?? Number.NaN;
        // Some libraries take 1 minus a share: a share near 0 has no more digits than 1 has.
        return !(Math.abs(score - given) <= Math.max(1e-9 * score, 4 * Number.EPSILON));
      });
      expect(off).toEqual([]);
      expect(probabilities.length).toBe(expected.length);
      expect(labels).toEqual(trained.predict(rows).map((label) => file.classes[label]));
    },
  );

  it.each(converted)('$name: names its features, their units and its classes', ({ name, file }) => {
    const { metadata, graph } = readOnnx(readDemoFile(`artifacts/${name}/model.onnx`));
    expect(JSON.parse(metadata.get('features') ?? '')).toEqual(file.features.map((feature) => feature.name));
    expect(JSON.parse(metadata.get('units') ?? '')).toEqual(file.features.map(({ unit }) => unit));
    expect(JSON.parse(metadata.get('classes') ?? '')).toEqual(file.classes);
    expect(graph.inputs.map((input) => input.name)).toEqual(['features']);
    expect(graph.outputs.map((output) => output.name)).toEqual(['probabilities', 'label']);
  });

  it.each(converted)('$name: does not mind numbers that are missing or endless', ({ name, file }) => {
    const width = file.features.length;
    const odd = [Number.NaN, Infinity, -Infinity, -0, 1e308].map((value) => Array<number>(width).fill(value));
    const { probabilities, labels } = predict(name, odd);
    expect(probabilities.length).toBe(odd.length * file.classes.length);
    for (const [n, label] of labels.entries()) {
      const sum = probabilities
        .slice(n * file.classes.length, (n + 1) * file.classes.length)
        .reduce((a, b) => a + b);
      // Trees send a missing number to the right; all others have no answer, and then no label.
      if (Number.isNaN(sum)) expect(label).toBe('');
      else expect(file.classes).toContain(label);
    }
    const isTree = ['ml-cart', 'ml-random-forest'].includes(file.library.name);
    expect(labels[0] === '').toBe(!isTree);
  });
});
