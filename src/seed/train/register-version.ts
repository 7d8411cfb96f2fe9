import type { DemoVersion } from '../demo-data.ts';
import { type DemoFile, toArtifact } from './demo-file.ts';
import type { TrainingData } from './describe-data.ts';
import { now } from './moment.ts';
import type { TrainedRun } from './train-run.ts';

interface VersionPlan {
  readonly name: string;
  readonly version: number;
  /** Keep the confusion matrix on the held-out rows beside the model. */
  readonly withConfusionMatrix: boolean;
}

/** A version made of a run that ended well, and the files that are its artifacts. */
export function registerVersion(
  { name, version, withConfusionMatrix }: VersionPlan,
  { run, outcome }: Required<TrainedRun>,
  { holdout, selectBy }: TrainingData,
): { version: DemoVersion; files: DemoFile[] } {
  const { modelFile, confusion, metrics } = outcome;
  const contents = [{ kind: 'model', file: 'model.json', content: modelFile }];
  if (withConfusionMatrix) {
    const axes = { rows: 'actual', columns: 'predicted', classes: holdout.classes };
    const content = `${JSON.stringify({ dataset: holdout.name, ...axes, matrix: confusion })}\n`;
    contents.push({ kind: 'confusion-matrix', file: 'confusion-matrix.json', content });
  }
  const made = contents.map(({ kind, file, content }) => ({
    kind,
    file: { path: `artifacts/${name}/${version}/${file}`, content },
  }));
  const scores = `accuracy ${metrics.accuracy?.toFixed(3)} and f1 ${metrics.f1?.toFixed(3)}`;
  return {
    files: made.map(({ file }) => file),
    version: {
      version,
      run: run.key,
      description: `On ${holdout.name}: ${scores}, the best ${selectBy} so far.`,
      tags: { framework: run.framework },
      createdAt: now(),
      artifacts: made.map(({ kind, file }) => toArtifact(kind, file)),
    },
  };
}
