import type { DemoRun } from '../demo-data.ts';
import type { Fitted } from './classifier.ts';
import { describeData, type TrainingData } from './describe-data.ts';
import { evaluate } from './evaluate.ts';
import { libraryVersion } from './library-version.ts';
import { confusionMatrix } from './metrics.ts';
import type { ModelFile } from './model-file.ts';
import { now } from './moment.ts';
import { fitPreparation, prepareRows } from './preparation.ts';
import type { Trial } from './trial.ts';

/** A run as recorded, and what a version of it would be made of. */
export interface TrainedRun {
  readonly run: DemoRun;
  /** Absent when training diverged. */
  readonly outcome?: {
    /** On the held-out rows; NaN or infinite where a metric is not defined. */
    readonly metrics: Record<string, number>;
    readonly modelFile: string;
    readonly confusion: number[][];
  };
}

/** Trains and measures one point of the grid. A loss that ends as NaN or infinite makes it a FAILED run. */
export function trainRun(key: string, trial: Trial, data: TrainingData): TrainedRun {
  const { train, holdout } = data;
  const startedAt = now();
  const preparation = fitPreparation(train, trial.preparation);
  const rows = prepareRows(train, preparation);
  const [fitted, trainingMs] = timed(() =>
    trial.fit({ rows, labels: train.labels, classCount: train.classes.length }),
  );
  const losses = fitted.lossHistory?.() ?? [];
  const last = losses.at(-1);
  const diverged = last && !Number.isFinite(last.loss) ? last : undefined;
  const modelFile = writeModelFile(trial, data, preparation, fitted);
  const measured = diverged ? undefined : measure(trial, fitted, data, prepareRows(holdout, preparation));
  const metrics = {
    ...measured?.metrics,
    training_seconds: trainingMs / 1_000,
    ...(measured && { model_size_bytes: Buffer.byteLength(modelFile) }),
  };
  return {
    run: {
      key,
      framework: trial.library,
      status: diverged ? 'FAILED' : 'FINISHED',
      startedAt,
      endedAt: now(),
      datasets: [
        { name: train.name, version: train.version, role: 'TRAIN' },
        // It chooses the versions, so it is no test of them.
        { name: holdout.name, version: holdout.version, role: 'VALIDATION' },
      ],
      metrics: [
        ...Object.entries(metrics).map(([metric, value]) => ({ key: metric, value: inJson(value) })),
        ...losses.map(({ step, loss }) => ({ key: 'loss', step, value: inJson(loss) })),
      ],
      config: {
        ...trial.document,
        preparation,
        data: describeData(data),
        learned: fitted.learned,
        library: { name: trial.library, version: libraryVersion(trial.library) },
        runtime: { node: process.versions.node },
        ...(measured && { metrics: finiteOnly(measured.metrics) }),
        ...(diverged && {
          failure: { reason: 'diverged', loss: String(diverged.loss), step: diverged.step },
        }),
      },
    },
    ...(measured && { outcome: { ...measured, modelFile } }),
  };
}

function measure(trial: Trial, fitted: Fitted, { holdout }: TrainingData, rows: number[][]) {
  const classCount = holdout.classes.length;
  const [predicted, predictingMs] = timed(() => fitted.predict(rows));
  const scores = fitted.scores(rows);
  const { probabilistic } = trial;
  return {
    confusion: confusionMatrix(holdout.labels, predicted, classCount),
    metrics: {
      ...evaluate({ actual: holdout.labels, predicted, scores, classCount, probabilistic }),
      inference_latency_ms: predictingMs / rows.length,
    } as Record<string, number>,
  };
}

function writeModelFile(
  trial: Trial,
  { train }: TrainingData,
  preparation: ModelFile['preparation'],
  fitted: Fitted,
): string {
  const file: ModelFile = {
    library: { name: trial.library, version: libraryVersion(trial.library) },
    features: train.features,
    classes: train.classes,
    preparation,
    model: fitted.toJson(),
  };
  return `${JSON.stringify(file)}\n`;
}

function timed<Result>(work: () => Result): [Result, number] {
  const startMs = performance.now();
  const result = work();
  return [result, performance.now() - startMs];
}

/** JSON holds neither NaN nor the infinities. */
function inJson(value: number): DemoRun['metrics'][number]['value'] {
  return Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity');
}

function finiteOnly(metrics: Record<string, number>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(metrics).map(([key, value]) => [key, Number.isFinite(value) ? value : null]),
  );
}
