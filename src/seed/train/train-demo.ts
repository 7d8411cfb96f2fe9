import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { DemoData, DemoDataset } from '../demo-data.ts';
import type { DataSource } from './datasets/data-source.ts';
import { fraud } from './datasets/fraud.ts';
import { iris } from './datasets/iris.ts';
import { documentShapes } from './examples/document-shapes.ts';
import { formatJson } from './format-json.ts';
import { fraudModels } from './grids/fraud.ts';
import { irisModels } from './grids/iris.ts';
import { now } from './moment.ts';
import { progressLine } from './progress-line.ts';
import type { DemoFile } from './register-version.ts';
import { type Dataset, digestOf } from './table.ts';
import { type ModelPlan, trainModel } from './train-model.ts';

const plans: readonly [DataSource, readonly ModelPlan[]][] = [
  [fraud, fraudModels],
  [iris, irisModels],
];

const demo: DemoData = { datasets: [], models: [] };
const files: DemoFile[] = [];
const startMs = performance.now();

for (const [source, models] of plans) {
  const { train, holdout } = source.load();
  demo.datasets.push(describe(train), describe(holdout));
  console.log(
    `\n${source.description}: ${train.rows.length} rows to train on, ${holdout.rows.length} held out`,
  );
  for (const plan of models) {
    const { model, files: made } = trainModel(plan, { ...source, train, holdout }, (run) =>
      console.log(`  ${progressLine(run, plan.trials.length)}`),
    );
    demo.models.push(model);
    files.push(...made);
  }
}
demo.models.push(...documentShapes(now()));

// Nothing is written before all is trained, so that an interrupted run leaves the last fixture whole.
const folder = new URL('../demo/', import.meta.url);
rmSync(new URL('artifacts/', folder), { recursive: true, force: true });
for (const { path, text } of [{ path: 'demo-data.json', text: `${formatJson(demo)}\n` }, ...files]) {
  const file = new URL(path, folder);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, text);
}
const runs = demo.models.reduce((sum, model) => sum + model.runs.length, 0);
const counts = `${demo.models.length} models, ${runs} runs and ${files.length} artifacts`;
const tookSeconds = Math.round((performance.now() - startMs) / 1_000);
console.log(`\n${counts} in ${tookSeconds} s, now in src/seed/demo.`);

function describe(dataset: Dataset): DemoDataset {
  const { name, version, rows } = dataset;
  const uri = `modelgraph-demo:datasets/${name}.csv`;
  return { name, version, uri, rowCount: rows.length, digest: digestOf(dataset), createdAt: now() };
}
