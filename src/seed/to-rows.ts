import type { ModelName } from '../model-name.ts';
import { documentAtRest } from '../stores/mongo/document-at-rest.ts';
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
export function toRows({ datasets, models }: Pick<DemoData, 'datasets' | 'models'>): SeedRows {
  const rows: SeedRows = {
    registry: {
      models: [],
      datasets: datasets.map((dataset) => ({
        ...dataset,
        id: datasetId(dataset),
        rowCount: BigInt(dataset.rowCount),
      })),
      trainingRuns: [],
      runConfigs: [],
      runDatasets: [],
      runMetrics: [],
      runMetricPoints: [],
      modelEvents: [],
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
    const id = deploymentId(modelName, deployment.deployedAt, n);
    registry.deployments.push({ ...deployment, id, modelName, createdAt: deployment.deployedAt });
  });
  registry.modelEvents.push(...eventsOf(model));
  const documents = configsOf(model, modelName, runIds, updatedAt);
  configs.push(...documents);
  for (const { _id, kind, document } of documents)
    if (kind === 'RUN')
      registry.runConfigs.push({ runId: _id, document: documentAtRest(document).serialize() });
  serving.push({ name: modelName, counters: countersOf(model), scores: bestScores(model) });
}

/** The audit that the registry itself would have written. */
function eventsOf({
  name,
  createdAt,
  versions,
  aliases,
  deployments,
}: DemoModel): RegistryRows['modelEvents'] {
  const ofModel = { modelName: name };
  return [
    { ...ofModel, kind: 'MODEL_REGISTERED', at: createdAt },
    ...versions.map(({ version, createdAt: at }) => ({
      ...ofModel,
      kind: 'VERSION_CREATED',
      at,
      subjectType: 'ModelVersion',
      subjectKey: `${version}:${name}`,
      after: { version },
    })),
    ...aliases.map(({ alias, version }) => ({
      ...ofModel,
      kind: 'ALIAS_SET',
      at: versions.find((made) => made.version === version)?.createdAt ?? createdAt,
      subjectType: 'ModelVersion',
      subjectKey: `${version}:${name}`,
      after: { alias, version },
    })),
    ...deployments.map(({ version, environment, trafficPercent, deployedAt: at }, n) => ({
      ...ofModel,
      kind: 'DEPLOYED',
      at,
      subjectType: 'Deployment',
      subjectKey: deploymentId(name, deployments[n]?.deployedAt ?? at, n),
      after: { version, environment, trafficPercent },
    })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const deploymentId = (name: string, deployedAt: string, n: number) =>
  deterministicId(deployedAt, `${name}/deployment/${n}`);

function addRun(registry: RegistryRows, modelName: ModelName, run: DemoRun, id: string): void {
  const { framework, status, startedAt, endedAt } = run;
  registry.trainingRuns.push({ id, modelName, framework, status, createdAt: startedAt, startedAt, endedAt });
  for (const { role, ...dataset } of run.datasets) {
    registry.runDatasets.push({ runId: id, datasetId: datasetId(dataset), role });
  }
  for (const [key, points] of pointsByKey(run)) {
    const toRow = ({ step = 0, value }: DemoMetric) => ({
      runId: id,
      key,
      step: BigInt(step),
      value: Number(value),
      recordedAt: endedAt,
    });
    registry.runMetrics.push({ ...toRow(lastOf(points)), modelName, framework, runCreatedAt: startedAt });
    if (points.some(({ step }) => step !== undefined)) registry.runMetricPoints.push(...points.map(toRow));
  }
}

type DemoMetric = DemoRun['metrics'][number];

const lastOf = (points: readonly DemoMetric[]): DemoMetric =>
  points.reduce((last, point) => ((point.step ?? 0) >= (last.step ?? 0) ? point : last));

function pointsByKey({ metrics }: DemoRun): Map<string, DemoMetric[]> {
  const points = new Map<string, DemoMetric[]>();
  for (const metric of metrics) points.set(metric.key, [...(points.get(metric.key) ?? []), metric]);
  return points;
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
  const frozen = model.runs.flatMap(({ config, key, framework, endedAt }): ConfigToWrite[] =>
    config
      ? [
          {
            ...envelope,
            _id: runIds.get(key) ?? '',
            kind: 'RUN',
            framework,
            updatedAt: new Date(endedAt),
            document: config,
          },
        ]
      : [],
  );
  return [head, ...frozen];
}

function countersOf({ serving }: DemoModel): ServingToWrite['counters'] {
  if (!serving) return undefined;
  const { predictions, cacheHits, cacheMisses, lastAt } = serving;
  return { predictions, hits: cacheHits, misses: cacheMisses, lastAt };
}

/** A model's score on the board of a metric is the best that its runs ended with; NaN and infinities never enter. */
function bestScores({ runs }: DemoModel): Record<string, number> {
  const best = new Map<string, number>();
  for (const { key, value } of runs.flatMap((run) => [...pointsByKey(run).values()].map(lastOf))) {
    const score = Number(value);
    if (Number.isFinite(score)) best.set(key, Math.max(score, best.get(key) ?? score));
  }
  return Object.fromEntries(best);
}
