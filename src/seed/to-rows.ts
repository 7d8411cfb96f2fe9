import type { ModelName } from '../model-name.ts';
import type { ConfigToWrite } from '../stores/mongo/write-configs.ts';
import type { RegistryRows } from '../stores/postgres/copy-rows.ts';
import type { ServingToWrite } from '../stores/redis/write-serving.ts';
import type { DemoData, DemoDataset, DemoModel, DemoRun } from './demo-data.ts';
import { deterministicId } from './deterministic-id.ts';

/** What each store is to hold of some models. */
export interface SeedRows {
  readonly registry: RegistryRows;
  readonly configs: ConfigToWrite[];
  readonly serving: ServingToWrite[];
}

/** Models and the datasets that come with them → rows of the three stores. Runs may use datasets written before. */
export function toRows({ datasets, models }: DemoData): SeedRows {
  const rows: SeedRows = {
    registry: {
      models: [],
      datasets: datasets.map((dataset) => ({
        ...dataset,
        id: datasetId(dataset),
        rowCount: BigInt(dataset.rowCount),
      })),
      trainingRuns: [],
      runDatasets: [],
      runMetrics: [],
      modelVersions: [],
      modelAliases: [],
      artifacts: [],
      deployments: [],
    },
    configs: [],
    serving: [],
  };
  for (const model of models) addModel(rows, model);
  return rows;
}

function addModel({ registry, configs, serving }: SeedRows, model: DemoModel): void {
  const modelName = model.name as ModelName;
  const moments = [
    model.createdAt,
    ...model.versions.map(({ createdAt }) => createdAt),
    ...model.deployments.map(({ deployedAt }) => deployedAt),
  ];
  const updatedAt = moments.sort().at(-1) ?? model.createdAt;
  const { name, description, tags, createdAt } = model;
  registry.models.push({ name, description, tags, createdAt, updatedAt });
  const runIds = new Map(model.runs.map((run) => [run.key, deterministicId(run.startedAt, run.key)]));
  for (const run of model.runs) addRun(registry, modelName, run, runIds.get(run.key) ?? '');
  for (const { artifacts, run, ...version } of model.versions) {
    registry.modelVersions.push({ ...version, modelName, runId: runIds.get(run) ?? null });
    for (const artifact of artifacts) {
      registry.artifacts.push({
        ...artifact,
        id: deterministicId(version.createdAt, artifact.uri),
        modelName,
        version: version.version,
        sizeBytes: BigInt(artifact.sizeBytes),
        createdAt: version.createdAt,
      });
    }
  }
  registry.modelAliases.push(...model.aliases.map((alias) => ({ ...alias, modelName, setAt: updatedAt })));
  model.deployments.forEach((deployment, n) => {
    const id = deterministicId(deployment.deployedAt, `${modelName}/deployment/${n}`);
    registry.deployments.push({ ...deployment, id, modelName, createdAt: deployment.deployedAt });
  });
  configs.push(...configsOf(model, modelName, runIds, updatedAt));
  serving.push({ name: modelName, counters: countersOf(model), scores: bestScores(model) });
}

function addRun(registry: RegistryRows, modelName: ModelName, run: DemoRun, id: string): void {
  const { framework, status, startedAt, endedAt } = run;
  registry.trainingRuns.push({ id, modelName, framework, status, createdAt: startedAt, startedAt, endedAt });
  for (const { role, ...dataset } of run.datasets) {
    registry.runDatasets.push({ runId: id, datasetId: datasetId(dataset), role });
  }
  for (const { key, value, step = 0 } of run.metrics) {
    registry.runMetrics.push({
      runId: id,
      key,
      value: Number(value),
      step: BigInt(step),
      recordedAt: endedAt,
    });
  }
}

const datasetId = ({ name, version }: Pick<DemoDataset, 'name' | 'version'>) =>
  // The moment is not part of what a run knows of its dataset, so it cannot be part of the id.
  deterministicId('2026-01-01T00:00:00Z', `${name}@${version}`);

function configsOf(
  model: DemoModel,
  modelName: ModelName,
  runIds: ReadonlyMap<string, string>,
  updatedAt: string,
): ConfigToWrite[] {
  const envelope = { modelName, schemaVersion: 1, revision: 1 };
  const head: ConfigToWrite = {
    ...envelope,
    _id: `head:${modelName}`,
    kind: 'HEAD',
    framework: model.config.framework,
    updatedAt: new Date(updatedAt),
    document: model.config.document,
  };
  const frozen = model.runs.map(
    (run): ConfigToWrite => ({
      ...envelope,
      _id: runIds.get(run.key) ?? '',
      kind: 'RUN',
      framework: run.framework,
      updatedAt: new Date(run.endedAt),
      document: run.config,
    }),
  );
  return [head, ...frozen];
}

function countersOf({ serving }: DemoModel): ServingToWrite['counters'] {
  if (!serving) return undefined;
  const { predictions, cacheHits, cacheMisses, lastAt } = serving;
  return { predictions, hits: cacheHits, misses: cacheMisses, lastAt };
}

const boards = ['accuracy', 'f1'];

/** A model's score on a board is the best of its finished runs; NaN and infinities never enter. */
function bestScores({ runs }: DemoModel): Record<string, number> {
  const measured = runs.filter(({ status }) => status === 'FINISHED').flatMap(({ metrics }) => metrics);
  const best = boards.map((board) => {
    const values = measured.filter(({ key, value }) => key === board && Number.isFinite(value));
    return [board, Math.max(...values.map(({ value }) => Number(value)))] as const;
  });
  return Object.fromEntries(best.filter(([, score]) => Number.isFinite(score)));
}
