import type { DemoDeployment, DemoModel, DemoRun, DemoVersion } from '../demo-data.ts';
import type { Classifier } from './classifier.ts';
import type { DemoFile } from './demo-file.ts';
import type { TrainingData } from './describe-data.ts';
import { loadModelFile, type ModelFile } from './model-file.ts';
import { now } from './moment.ts';
import { registerVersion } from './register-version.ts';
import { aliasesOf, type Rollout, rollOut } from './roll-out.ts';
import { serveHoldout } from './serve-holdout.ts';
import { trainRun } from './train-run.ts';
import type { Trial } from './trial.ts';

/** A model to train: its grid, how its versions are rolled out, and how often it is asked afterwards. */
export interface ModelPlan {
  readonly name: string;
  readonly description: string;
  readonly tags: Record<string, string>;
  readonly trials: readonly Trial[];
  readonly rollout: Rollout;
  readonly requests: number;
  readonly withConfusionMatrix?: boolean;
}

/** Trains the grid, registers and deploys each run that beats all before it, then serves held-out rows. */
export function trainModel(
  { name, description, tags, trials, rollout, requests, withConfusionMatrix = false }: ModelPlan,
  data: TrainingData,
  onRun: (run: DemoRun) => void,
): { model: DemoModel; files: DemoFile[] } {
  const createdAt = now();
  const runs: DemoRun[] = [];
  const versions: DemoVersion[] = [];
  const classifiers: Classifier[] = [];
  const files: DemoFile[] = [];
  let deployments: DemoDeployment[] = [];
  let best: { readonly score: number; readonly run?: DemoRun } = { score: 0 };
  for (const [n, trial] of trials.entries()) {
    const { run, outcome } = trainRun(`${name}/${String(n + 1).padStart(2, '0')}`, trial, data);
    runs.push(run);
    onRun(run);
    const score = outcome?.metrics[data.selectBy] ?? Number.NaN;
    // A score that is NaN is better than none.
    if (!outcome || !(score > best.score)) continue;
    best = { score, run };
    const version = versions.length + 1;
    const registered = registerVersion({ name, version, withConfusionMatrix }, { run, outcome }, data);
    versions.push(registered.version);
    files.push(...registered.files);
    classifiers.push(loadModelFile(JSON.parse(outcome.modelFile) as ModelFile));
    deployments = rollOut(deployments, rollout, version);
  }
  const serving = serveHoldout(classifiers, deployments, data.holdout.rows, requests);
  const model: DemoModel = {
    name,
    description,
    tags,
    createdAt,
    runs,
    versions,
    aliases: aliasesOf(rollout, versions.length),
    deployments,
    config: { framework: best.run?.framework ?? '', document: best.run?.config ?? {} },
    ...(serving && { serving }),
  };
  return { model, files };
}
