import { readdir, readFile } from 'node:fs/promises';
import type { BackEnd } from '../inference/back-end.ts';
import type { FindModel } from '../inference/open-inference-server.ts';
import { fitInputs } from '../inference/tensor-signature.ts';
import type { ModelSignature } from '../tensor.ts';

/** What is used of the file of a demo model that was fitted by ml-logistic-regression. */
interface LogisticFile {
  readonly library: { readonly name: string };
  readonly classes: readonly string[];
  readonly features: readonly { readonly name: string }[];
  readonly preparation: {
    readonly features: readonly string[];
    readonly log1p: readonly string[];
    readonly 'scaler.mean'?: readonly number[];
    readonly 'scaler.std'?: readonly number[];
  };
  readonly model: { readonly classifiers: readonly { readonly weights: readonly (readonly number[])[] }[] };
}

const artifacts = new URL('../seed/demo/artifacts/', import.meta.url);

/** The demo's logistic regressions, from their files; newest: the highest number. */
export const findDemoModel: FindModel = async (name, version) => {
  const models = await readdir(artifacts);
  if (!models.includes(name)) return undefined;
  const versions = (await readdir(new URL(`${name}/`, artifacts))).map(Number);
  const chosen = version ?? Math.max(...versions);
  if (!versions.includes(chosen)) return undefined;
  const file = JSON.parse(await readFile(new URL(`${name}/${chosen}/model.json`, artifacts), 'utf8'));
  return file.library.name === 'ml-logistic-regression' ? logisticRegression(file) : undefined;
};

function logisticRegression(file: LogisticFile): BackEnd {
  const { classes, features } = file;
  const signature: ModelSignature = {
    platform: 'ml-logistic-regression',
    inputs: [{ name: 'features', datatype: 'FP64', shape: [-1, features.length] }],
    outputs: [
      { name: 'probabilities', datatype: 'FP64', shape: [-1, classes.length] },
      { name: 'label', datatype: 'BYTES', shape: [-1] },
    ],
  };
  return {
    signature: async () => signature,
    ready: async () => true,
    async infer(inputs) {
      const [input] = fitInputs(inputs, signature);
      const data = (input?.data ?? []) as readonly number[];
      const rows = input?.shape[0] ?? 0;
      const scores = Array.from({ length: rows }, (_, row) =>
        probabilities(file, data.slice(row * features.length, (row + 1) * features.length)),
      );
      const labels = scores.map((row) => classes[row.indexOf(Math.max(...row))] ?? '');
      return [
        { name: 'probabilities', datatype: 'FP64', shape: [rows, classes.length], data: scores.flat() },
        { name: 'label', datatype: 'BYTES', shape: [rows], data: labels },
      ];
    },
  };
}

function probabilities({ features, preparation, model }: LogisticFile, row: readonly number[]): number[] {
  const { log1p, 'scaler.mean': means, 'scaler.std': deviations } = preparation;
  const prepared = preparation.features.map((name, n) => {
    const value = row[features.findIndex((feature) => feature.name === name)] ?? Number.NaN;
    const raw = log1p.includes(name) ? Math.log1p(value) : value;
    if (!means || !deviations) return raw;
    // Rounded as in training.
    return Number(((raw - (means[n] ?? 0)) / (deviations[n] ?? 1)).toFixed(4));
  });
  // The library fits one class against the others, learns the others' side, and has a 1 for the intercept.
  const ofClass = model.classifiers.map(({ weights: [weights = []] }) => {
    const sum = [1, ...prepared].reduce((total, value, n) => total + value * (weights[n] ?? 0), 0);
    return 1 - 1 / (1 + Math.exp(-sum));
  });
  const total = ofClass.reduce((sum, value) => sum + value, 0);
  return ofClass.map((value) => value / total);
}
