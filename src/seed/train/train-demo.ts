import { rmSync } from 'node:fs';
import type { DemoData, DemoDataset } from '../demo-data.ts';
import { addOnnx } from './add-onnx.ts';
import type { DataSource } from './datasets/data-source.ts';
import { fraud } from './datasets/fraud.ts';
import { iris } from './datasets/iris.ts';
import { type DemoFile, demoFolder, writeDemo } from './demo-file.ts';
import { documentShapes } from './examples/document-shapes.ts';
import { featureViewOf } from './feature-view.ts';
import { fraudModels } from './grids/fraud.ts';
import { irisModels } from './grids/iris.ts';
import { now } from './moment.ts';
import { progressLine } from './progress-line.ts';
import { type Dataset, digestOf } from './table.ts';
import { type ModelPlan, trainModel } from './train-model.ts';

const plans: readonly [DataSource, readonly ModelPlan[]][] = [
  [fraud, fraudModels],
  [iris, irisModels],
];

const trained: DemoData = { datasets: [], models: [], featureViews: [] };
const files: DemoFile[] = [];
const startMs = performance.now();

for (const [source, models] of plans) {
  const { train, holdout } = source.load();
  trained.datasets.push(describe(train), describe(holdout));
  trained.featureViews.push(featureViewOf(source.entities, holdout));
  console.log(
    `\n${source.description}: ${train.rows.length} rows to train on, ${holdout.rows.length} held out`,
  );
  for (const plan of models) {
    const { model, files: made } = trainModel(plan, { ...source, train, holdout }, (run) =>
      console.log(`  ${progressLine(run, plan.trials.length)}`),
    );
    trained.models.push(model);
    files.push(...made);
  }
}
trained.models.push(...documentShapes(now()));
const textOf = (path: string) => String(files.find((file) => file.path === path)?.content);
const { demo, files: onnxFiles } = addOnnx(trained, textOf);
files.push(...onnxFiles);

// Nothing is written before all is trained, so that an interrupted run leaves the last fixture whole.
rmSync(new URL('artifacts/', demoFolder), { recursive: true, force: true });
writeDemo(demo, files);
const runs = demo.models.reduce((sum, model) => sum + model.runs.length, 0);
const counts = `${demo.models.length} models, ${runs} runs and ${files.length} artifacts`;
const tookSeconds = Math.round((performance.now() - startMs) / 1_000);
console.log(`\n${counts} in ${tookSeconds} s, now in src/seed/demo.`);

function describe(dataset: Dataset): DemoDataset {
  const { name, version, rows } = dataset;
  const uri = `modelgraph-demo:datasets/${name}.csv`;
  return { name, version, uri, rowCount: rows.length, digest: digestOf(dataset), createdAt: now() };
}
