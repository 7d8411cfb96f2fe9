import type { DemoData, DemoModel, DemoRun } from './demo-data.ts';

/** How much to generate; the same numbers give the same rows. */
export interface GeneratedSize {
  readonly models: number;
  readonly runsPerModel: number;
}

/** Generated models are so called; the number makes them sort as they were made. */
export const generatedPrefix = 'seed-model-';

const frameworks = ['pytorch', 'tensorflow', 'scikit-learn', 'xgboost', 'lightgbm'] as const;
const newestMs = Date.parse('2026-11-01T00:00:00Z');
const minuteMs = 60_000;
const datasetCount = 20;

/** The datasets that generated runs use. */
export const generatedDatasets: DemoData['datasets'] = Array.from({ length: datasetCount }, (_, n) => ({
  name: `seed-dataset-${String(n + 1).padStart(2, '0')}`,
  version: '1',
  uri: `generated:seed-dataset-${n + 1}`,
  rowCount: 10_000 * (n + 1),
  digest: `generated:${n + 1}`,
  createdAt: moment(newestMs - 1_000_000 * minuteMs),
}));

/** The models numbered `from` to before `to`, of `size.models` in all. */
export function generateModels(size: GeneratedSize, from: number, to: number): DemoModel[] {
  return Array.from({ length: to - from }, (_, n) => generateModel(size, from + n));
}

function generateModel(size: GeneratedSize, number: number): DemoModel {
  const random = randomFrom(number + 1);
  const name = `${generatedPrefix}${String(number + 1).padStart(7, '0')}`;
  const framework = frameworks[number % frameworks.length] ?? 'pytorch';
  const createdMs = newestMs - (size.models - number) * minuteMs;
  const runs = Array.from({ length: size.runsPerModel }, (_, n) =>
    generateRun(`${name}/${n + 1}`, framework, createdMs + n * 1_000, random),
  );
  const best = runs.reduce((a, b) => (accuracyOf(b) > accuracyOf(a) ? b : a), runs[0] as DemoRun);
  const version = runs.length > 0 ? [versionOf(best, name)] : [];
  return {
    name,
    description: `Generated model ${number + 1}.`,
    tags: { generated: 'true', team: `team-${number % 50}` },
    createdAt: moment(createdMs),
    runs: runs.map(({ config, ...run }) => (run.key === best?.key && config ? { ...run, config } : run)),
    versions: version,
    aliases: version.map(() => ({ alias: 'champion', version: 1, protected: false })),
    deployments:
      number % 4 === 0
        ? version.map(() => ({
            version: 1,
            environment: 'PRODUCTION' as const,
            status: 'ACTIVE' as const,
            trafficPercent: 100,
            deployedAt: best.endedAt,
          }))
        : [],
    config: { framework, document: best?.config ?? { hyperparameters: {} } },
    serving: {
      predictions: Math.floor(random() * 10_000),
      cacheHits: Math.floor(random() * 5_000),
      cacheMisses: Math.floor(random() * 5_000),
      lastAt: moment(createdMs + minuteMs),
    },
  };
}

function generateRun(key: string, framework: string, startedMs: number, random: () => number): DemoRun {
  const accuracy = 0.5 + random() / 2;
  const learningRate = 10 ** -(1 + 4 * random());
  return {
    key,
    framework,
    status: random() < 0.05 ? 'FAILED' : 'FINISHED',
    startedAt: moment(startedMs),
    endedAt: moment(startedMs + Math.ceil(random() * 600_000)),
    datasets: [
      {
        name: `seed-dataset-${String(1 + Math.floor(random() * datasetCount)).padStart(2, '0')}`,
        version: '1',
        role: 'TRAIN',
      },
    ],
    metrics: [
      { key: 'accuracy', value: accuracy },
      { key: 'f1', value: accuracy * (0.9 + random() / 10) },
      { key: 'loss', value: random() < 0.01 ? 'NaN' : -Math.log(accuracy) },
    ],
    config: {
      hyperparameters: { learning_rate: learningRate, batch_size: 2 ** (4 + Math.floor(random() * 5)) },
      architecture: {
        layers: [
          { type: 'dense', units: 2 ** (5 + Math.floor(random() * 4)) },
          { type: 'dense', units: 1 },
        ],
      },
      metrics: { accuracy },
    },
  };
}

function versionOf(run: DemoRun, name: string): DemoModel['versions'][number] {
  return {
    version: 1,
    run: run.key,
    description: 'The best run.',
    tags: {},
    createdAt: run.endedAt,
    artifacts: [{ kind: 'model', uri: `generated:${name}/1`, sha256: '0'.repeat(64), sizeBytes: 1_000_000 }],
  };
}

const accuracyOf = ({ metrics }: DemoRun) =>
  Number(metrics.find(({ key }) => key === 'accuracy')?.value ?? 0);

function moment(ms: number): string {
  return new Date(ms).toISOString();
}

/** Marsaglia's xorshift: the same numbers for the same seed. https://www.jstatsoft.org/article/view/v008i14 */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
