import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type ConfigAtRest, configsCollection } from '../../src/stores/mongo/configs.ts';
import { countConfigs } from '../../src/stores/mongo/count-configs.ts';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { registryCounts } from '../../src/stores/postgres/registry-counts.ts';
import { mongoEngines, postgresEngines } from '../support/engines.ts';

const names = ['a', 'b', 'c'];
const runIds = [1, 2, 3, 4, 5].map((n) => `01930000-0000-7000-8000-00000000000${n}`);

describe.each(postgresEngines)('what $name holds', ({ open }) => {
  it('is counted exactly, and estimated where it is too much to count', async () => {
    const engine = await open();
    const store = openPostgresStore({
      url: engine.url,
      poolMax: 1,
      deadlineMs: 5_000,
      heavyDeadlineMs: 5_000,
    });
    await store.prepare();
    const none = { n: 0, estimated: false };
    expect(await store.read([{ question: registryCounts, key: 'accuracy' }])).toEqual([
      { models: none, trainingRuns: none, measuredModels: none },
    ]);
    const run = { framework: 'f', status: 'FINISHED' };
    const metric = { key: 'accuracy', framework: 'f' };
    await store.bulk.write({
      ...{ datasets: [], runDatasets: [], runMetricPoints: [], modelVersions: [], modelAliases: [] },
      ...{ artifacts: [], deployments: [], modelEvents: [] },
      models: names.map((name) => ({ name })),
      runConfigs: [],
      trainingRuns: runIds.map((id) => ({ ...run, id, modelName: 'a' })),
      runMetrics: [
        { ...metric, runId: String(runIds[0]), modelName: 'a', value: 0.5 },
        { ...metric, runId: String(runIds[1]), modelName: 'a', value: 0.6 },
      ],
    });
    const counted = {
      models: { n: 3, estimated: false },
      trainingRuns: { n: 5, estimated: false },
      measuredModels: { n: 1, estimated: false },
    };
    expect(await store.read([{ question: registryCounts, key: 'accuracy' }])).toEqual([counted]);
    const upTo = (most: number) => ({ ...registryCounts, values: { most } });
    expect(await store.read([{ question: upTo(5), key: 'accuracy' }])).toEqual([counted]);
    expect(await store.read([{ question: upTo(3), key: 'accuracy' }])).toEqual([
      { ...counted, trainingRuns: { n: expect.any(Number), estimated: true } },
    ]);
    await store.close();
    await engine.close();
  });
});

describe.each(mongoEngines)('what $name holds', ({ open }) => {
  it('is counted exactly by kind, and estimated where it is too much to count', async () => {
    const engine = await open();
    const store = openMongoStore({ url: engine.url, poolMax: 4, deadlineMs: 5_000 });
    await store.prepare();
    const none = { n: 0, estimated: false };
    expect(await store.countConfigs({})).toEqual({ heads: none, runs: none });
    const rest = { framework: null, schemaVersion: 1, revision: 1, updatedAt: new Date(0), document: {} };
    await store.bulk.write([
      ...names.map((name) => ({ ...rest, _id: `head:${name}`, kind: 'HEAD' as const, modelName: name })),
      ...runIds.map((_id) => ({ ...rest, _id, kind: 'RUN' as const, modelName: 'a' })),
    ]);
    const counted = { heads: { n: 3, estimated: false }, runs: { n: 5, estimated: false } };
    expect(await store.countConfigs({})).toEqual(counted);
    const client = await new MongoClient(engine.url).connect();
    const collection = client.db().collection<ConfigAtRest>(configsCollection);
    const { signal } = new AbortController();
    expect(await countConfigs(collection, signal, 5_000, { heads: 3, runs: 4 })).toEqual({
      ...counted,
      runs: { n: 5, estimated: true },
    });
    await client.db().dropDatabase();
    await client.close();
    await store.close();
    await engine.close();
  });
});
