import { describe, expect, it } from 'vitest';
import type { DemoRun } from '../../../src/seed/demo-data.ts';
import { readDemo } from '../../../src/seed/read-demo.ts';
import { toRows } from '../../../src/seed/to-rows.ts';

const { datasets, models } = readDemo();
const trained = models.filter(({ runs }) => runs.length > 0);
const examples = models.filter(({ runs }) => runs.length === 0);
const runs = models.flatMap((model) => model.runs);

const repeated = (keys: readonly string[]) => keys.filter((key, n) => keys.indexOf(key) !== n);
const valuesOf = (run: DemoRun, key: string) =>
  run.metrics.filter((metric) => metric.key === key).map(({ value }) => value);
const expectAscending = (moments: readonly (string | undefined)[]) =>
  expect(moments).toEqual(moments.toSorted());

describe('who opens the demo', () => {
  it('finds the models of the README, a dozen trained ones, and several frameworks', () => {
    expect(models.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['fraud-detector', 'iris-classifier']),
    );
    expect(trained.length).toBeGreaterThanOrEqual(12);
    expect(runs.length).toBeGreaterThanOrEqual(60);
    expect(new Set(runs.map(({ framework }) => framework)).size).toBeGreaterThanOrEqual(6);
  });

  it('finds accuracies that differ: no two models have the same ones', () => {
    const accuracies = trained.map((model) => String(model.runs.flatMap((run) => valuesOf(run, 'accuracy'))));
    expect(repeated(accuracies)).toEqual([]);
  });

  it('finds a training that diverged: losses up to the one that is no number, and nothing measured', () => {
    const failed = runs.filter(({ status }) => status === 'FAILED');
    expect(failed.length).toBeGreaterThan(0);
    for (const run of failed) {
      expect(valuesOf(run, 'loss').at(-1)).toBe('NaN');
      expect(valuesOf(run, 'accuracy')).toEqual([]);
      expect(run.config).toMatchObject({ failure: { reason: 'diverged' } });
    }
  });

  it('finds NaN and infinity among the metrics of runs that went well', () => {
    const finished = runs.filter(({ status }) => status === 'FINISHED');
    const values = finished.flatMap(({ metrics }) => metrics.map(({ value }) => value));
    expect(values).toContain('NaN');
    expect(values).toContain('Infinity');
  });

  it('is told that the three document shapes were never trained', () => {
    expect(examples.map(({ config }) => config.document)).toEqual([
      expect.objectContaining({ architecture: expect.objectContaining({ layers: expect.any(Array) }) }),
      expect.objectContaining({ tokenizer: expect.any(Object), fine_tuning: expect.any(Object) }),
      expect.objectContaining({ feature_engineering: expect.any(Object) }),
    ]);
    for (const { description, tags, versions, serving } of examples) {
      expect(description).toMatch(/not trained here/);
      expect({ tags, versions, serving }).toEqual({
        tags: { example: 'document-shape', trained: 'false' },
        versions: [],
        serving: undefined,
      });
    }
  });
});

describe('what the demo says of one thing agrees with what it says of another', () => {
  it('runs use datasets that are there, and are measured on rows they did not learn from', () => {
    const known = datasets.map(({ name, version }) => `${name}@${version}`);
    for (const { key, datasets: used } of runs) {
      const [train, validation, ...more] = used.map(({ name, version }) => `${name}@${version}`);
      expect([used.map(({ role }) => role), more], key).toEqual([['TRAIN', 'VALIDATION'], []]);
      expect(known, key).toEqual(expect.arrayContaining([train, validation]));
      expect(train, key).not.toBe(validation);
    }
  });

  it.each(trained)('$name: versions come from its finished runs, each better than the last', (model) => {
    const finished = new Map(
      model.runs.filter(({ status }) => status === 'FINISHED').map((run) => [run.key, run]),
    );
    const scores = model.versions.map(({ run }) => {
      const source = finished.get(run);
      if (!source) throw new Error(`${run} is no finished run of ${model.name}`);
      const { data } = source.config as { data: { selection: { metric: string } } };
      return Number(valuesOf(source, data.selection.metric)[0]);
    });
    expect(model.versions.map(({ version }) => version)).toEqual(model.versions.map((_, n) => n + 1));
    expect(scores).toEqual([...new Set(scores)].sort((a, b) => a - b));
    expect(model.config.document).toEqual(finished.get(model.versions.at(-1)?.run ?? '')?.config);
  });

  it.each(trained)('$name: its champion takes most of the production traffic, if there is any', (model) => {
    const production = model.deployments.filter(
      ({ environment, status }) => environment === 'PRODUCTION' && status === 'ACTIVE',
    );
    const busiest = production.toSorted((a, b) => b.trafficPercent - a.trafficPercent)[0];
    const versionOf = (alias: string) => model.aliases.find((one) => one.alias === alias)?.version;
    expect(versionOf('champion')).toBe(busiest?.version ?? model.versions.length);
    expect(versionOf('challenger')).toBe(production.length > 1 ? model.versions.length : undefined);
  });

  it('traffic of an environment adds up to 100, and what is retired takes none', () => {
    for (const { name, deployments } of models) {
      for (const environment of new Set(deployments.map((one) => one.environment))) {
        const here = deployments.filter((one) => one.environment === environment);
        const sum = here.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
        expect(sum, `${name} ${environment}`).toBe(100);
      }
      for (const { status, trafficPercent, deployedAt, retiredAt } of deployments) {
        if (status === 'ACTIVE') expect(retiredAt).toBeUndefined();
        else expect([trafficPercent, deployedAt < (retiredAt ?? '')]).toEqual([0, true]);
      }
    }
    expect(models.flatMap(({ deployments }) => deployments).map(({ status }) => status)).toContain('RETIRED');
  });

  it('nothing happens before what it comes from', () => {
    for (const { createdAt, runs: own, versions, deployments } of trained) {
      for (const run of own) expectAscending([createdAt, run.startedAt, run.endedAt]);
      for (const version of versions) {
        const run = own.find(({ key }) => key === version.run);
        const deployed = deployments.filter((one) => one.version === version.version);
        expectAscending([run?.endedAt, version.createdAt, ...deployed.map((one) => one.deployedAt)]);
      }
    }
  });

  it('a cache was asked once for each prediction', () => {
    const servings = models.flatMap(({ serving }) => serving ?? []);
    expect(servings.length).toBeGreaterThan(0);
    for (const { predictions, cacheHits, cacheMisses } of servings) {
      expect(cacheHits + cacheMisses).toBe(predictions);
    }
  });

  it('keys are unique wherever a store needs them to be', () => {
    const { registry, configs } = toRows({ datasets, models });
    const ids = [registry.datasets, registry.trainingRuns, registry.artifacts, registry.deployments].flat();
    expect(repeated(ids.map(({ id }) => id))).toEqual([]);
    expect(repeated(models.map(({ name }) => name))).toEqual([]);
    expect(repeated(configs.map(({ _id }) => String(_id)))).toEqual([]);
    expect(repeated(registry.runMetrics.map(({ runId, key, step }) => `${runId} ${key} ${step}`))).toEqual(
      [],
    );
  });
});

it('a leaderboard holds the best finished run of each trained model, and never a NaN', () => {
  for (const { name, scores } of toRows({ datasets, models }).serving) {
    const own = models.find((model) => model.name === name)?.runs ?? [];
    const best =
      own.length > 0 ? Math.max(...own.flatMap((run) => valuesOf(run, 'accuracy').map(Number))) : undefined;
    expect(scores.accuracy, name).toBe(best);
    expect(Object.values(scores).every(Number.isFinite), name).toBe(true);
  }
});
