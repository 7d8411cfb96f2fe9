import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let mongo: MongoClient;

beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  mongo = await new MongoClient(gateway.embedded.mongo.url).connect();
  for (const version of ['1', '2'])
    await gateway.query(
      `mutation { createDataset(input: { name: "iris", version: "${version}" }) { __typename } }`,
    );
});
afterAll(async () => {
  await mongo.close();
  await gateway.close();
});

const success = `... on RegisterTrainingRunSuccess {
  postgresId mongodbId sequence replayed
  run { id modelName status framework startedAt endedAt
    datasets { role dataset { name version } } metrics { key value nonFinite step }
    metricHistory(key: "loss") { value step } config { document } }
  replication { state sequence attempts appliedAt lastError }
}`;
const problem = `... on Error { code message } ... on InvalidInputError { issues { path message } }
  ... on NotFoundError { entity key }`;
const register = async (input: object) => {
  const { data, errors } = await gateway.query(
    `mutation ($input: RegisterTrainingRunInput!) { result: registerTrainingRun(input: $input) {
      __typename ${success} ${problem} } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.result;
};
const registerMany = (inputs: readonly object[]) =>
  gateway.query(
    `mutation ($inputs: [RegisterTrainingRunInput!]!) { results: registerTrainingRuns(inputs: $inputs) {
      __typename ... on RegisterTrainingRunSuccess { postgresId sequence replayed } ${problem} } }`,
    { inputs },
  );
const run = { modelName: 'iris-net', framework: 'pytorch', datasets: [{ name: 'iris' }] };

describe('a registered run', () => {
  it('is in PostgreSQL, in MongoDB and on the boards, with one id and nothing lost', async () => {
    const result = await register({
      ...run,
      modelName: 'whole',
      datasets: [
        { name: 'iris', version: '1' },
        { name: 'iris', role: 'TEST' },
      ],
      hyperparameters: { lr: 0.01, 'lr.schedule': { $warmup: 3 } },
      config: { layers: [64, 2], '': 'empty', big: 9_007_199_254_740_993n.toString(), 'ünïcode 🚀': null },
      metrics: [
        { key: 'accuracy', value: 0.91 },
        { key: 'loss', value: 0.5, step: 1 },
        { key: 'loss', value: 0.25, step: '2' },
        { key: 'gap', nonFinite: 'NAN' },
      ],
      tags: [{ key: 'team', value: 'a' }],
      waitForReplicas: true,
    });
    expect(result).toMatchObject({
      __typename: 'RegisterTrainingRunSuccess',
      replayed: false,
      run: {
        modelName: 'whole',
        status: 'RUNNING',
        startedAt: expect.any(String),
        endedAt: null,
        datasets: [
          { role: 'TRAIN', dataset: { name: 'iris', version: '1' } },
          { role: 'TEST', dataset: { name: 'iris', version: '2' } },
        ],
        metricHistory: [
          { value: 0.5, step: '1' },
          { value: 0.25, step: '2' },
        ],
        config: {
          document: {
            hyperparameters: { lr: 0.01, 'lr.schedule': { $warmup: 3 } },
            layers: [64, 2],
            '': 'empty',
            big: '9007199254740993',
            'ünïcode 🚀': null,
          },
        },
      },
      replication: { state: 'APPLIED', attempts: 1, appliedAt: expect.any(String), lastError: null },
    });
    expect(result.mongodbId).toBe(result.postgresId);
    expect(result.run.metrics).toContainEqual({ key: 'gap', value: null, nonFinite: 'NAN', step: '0' });
    const { data } = await gateway.query(
      '{ leaderboard(board: "accuracy") { entries { score model { name } } } loss: leaderboard(board: "loss") { entries { score } } }',
    );
    expect(data.leaderboard.entries).toContainEqual({ score: 0.91, model: { name: 'whole' } });
    expect(data.loss.entries).toContainEqual({ score: 0.25 });
    const copy = await mongo
      .db('modelgraph')
      .collection('models')
      .findOne({ _id: 'whole' as never });
    expect(copy).toMatchObject({ deleted: false, frameworks: ['pytorch'], aliases: [], latestVersion: null });
  });

  it('costs one transaction, whatever their number', async () => {
    const inputs = Array.from({ length: 100 }, (_, n) => ({ ...run, modelName: `m${n % 7}` }));
    const calls = await storeCallsOf(async () => {
      const { data } = await registerMany(inputs);
      expect(new Set(data.results.map(({ __typename }: never) => __typename))).toEqual(
        new Set(['RegisterTrainingRunSuccess']),
      );
    });
    expect(calls.map(({ store, operation }) => `${store} ${operation}`)).toEqual([
      'POSTGRES registerTrainingRuns',
    ]);
  });
});

describe('a registration sent again', () => {
  it('under its key has its first answer, and another input is refused', async () => {
    const input = { ...run, modelName: 'again', idempotencyKey: randomUUID(), config: { a: 1 } };
    const [first, second] = await Promise.all([register(input), register(input)]);
    expect([first.replayed, second.replayed].sort()).toEqual([false, true]);
    expect(second.postgresId).toBe(first.postgresId);
    expect(second.sequence).toBe(first.sequence);
    expect(await register({ ...input, config: { a: 2 } })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    const { data } = await gateway.query(
      '{ model(by: { name: "again" }) { trainingRuns(first: 9) { totalCount } } }',
    );
    expect(data.model.trainingRuns.totalCount).toBe(1);
  });

  it('within one call too', async () => {
    const once = { ...run, modelName: 'once', idempotencyKey: randomUUID() };
    const { data } = await registerMany([once, { ...once, framework: 'jax' }, once]);
    expect(data.results).toMatchObject([
      { replayed: false },
      { code: 'IDEMPOTENCY_CONFLICT' },
      { replayed: true, postgresId: data.results[0].postgresId },
    ]);
  });

  it('gives its key back when it was refused', async () => {
    const input = {
      ...run,
      modelName: 'refused',
      idempotencyKey: randomUUID(),
      datasets: [{ name: 'none' }],
    };
    expect(await register(input)).toMatchObject({ entity: 'Dataset', key: 'none' });
    expect(await register({ ...input, datasets: [] })).toMatchObject({ replayed: false });
  });
});

describe('a bulk call', () => {
  it('tells of each run what became of it, and keeps the good ones', async () => {
    const { data, errors } = await registerMany([
      { ...run, modelName: 'bulk' },
      { ...run, modelName: '' },
      { ...run, modelName: 'bulk', datasets: [{ name: 'iris', version: '9' }] },
      { ...run, modelName: 'bulk', idempotencyKey: 'k'.repeat(300) },
      {
        ...run,
        modelName: 'bulk',
        status: 'FINISHED',
        startedAt: '2026-01-01T00:00:00Z',
        endedAt: '2025-01-01T00:00:00Z',
      },
      { ...run, modelName: 'bulk', metrics: [{ key: 'accuracy' }] },
      { ...run, modelName: 'bulk' },
    ]);
    expect(errors).toBeUndefined();
    expect(data.results.map(({ __typename, issues }: never) => issues ?? __typename)).toMatchObject([
      'RegisterTrainingRunSuccess',
      [{ path: ['modelName'] }],
      'NotFoundError',
      [{ path: ['idempotencyKey'], message: 'can have at most 200 characters' }],
      [{ path: ['endedAt'], message: expect.stringContaining('before the run began') }],
      [{ path: ['metrics', '0'] }],
      'RegisterTrainingRunSuccess',
    ]);
    const { data: after } = await gateway.query(
      '{ model(by: { name: "bulk" }) { trainingRuns(first: 9) { totalCount } } }',
    );
    expect(after.model.trainingRuns.totalCount).toBe(2);
  });

  it('of more than ten thousand runs is refused whole', async () => {
    const { data, errors } = await registerMany(
      Array.from({ length: 10_001 }, () => ({ ...run, modelName: 'many' })),
    );
    expect(data).toEqual({ results: null });
    expect(errors).toMatchObject([
      {
        extensions: { code: 'BAD_USER_INPUT', argumentPath: ['inputs'] },
        message: expect.stringContaining('10001'),
      },
    ]);
    expect((await gateway.query('{ model(by: { name: "many" }) { name } }')).data.model).toBeNull();
  });

  it('of ten thousand is registered, in order', async () => {
    const { data } = await registerMany(
      Array.from({ length: 10_000 }, (_, n) => ({
        ...run,
        modelName: `bulk-${n % 50}`,
        metrics: [{ key: 'accuracy', value: n / 10_000 }],
      })),
    );
    const sequences = data.results.map(({ sequence }: { sequence: string }) => Number(sequence));
    expect(sequences.every((sequence: number, n: number) => n === 0 || sequence > sequences[n - 1])).toBe(
      true,
    );
  });
});

describe('runs that many clients register at once', () => {
  it('share transactions, each with its own answer, and each client sees the call that it shared', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `shared-${n % 7}`);
    const one = (modelName: string, n: number) =>
      gateway.query(
        `mutation ($input: RegisterTrainingRunInput!) { result: registerTrainingRun(input: $input) {
          __typename ... on RegisterTrainingRunSuccess { sequence run { modelName } } ${problem} } }`,
        // Every tenth names a dataset that is not there, and two clients send the same key.
        {
          input: {
            ...run,
            modelName,
            datasets: n % 10 === 9 ? [{ name: 'nowhere' }] : [],
            idempotencyKey: n < 2 ? 'the same' : `own ${n}`,
          },
        },
      );
    const answers: Awaited<ReturnType<typeof one>>[] = [];
    const calls = await storeCallsOf(async () => {
      answers.push(...(await Promise.all(names.map(one))));
    });
    const registering = calls.filter(({ operation }) => operation === 'registerTrainingRuns');
    expect(registering.length).toBeLessThan(10);
    expect(registering.reduce((sum, { requests }) => sum + requests.length, 0)).toBe(60);
    const results = answers.map(({ data }) => data.result);
    const typeNames = results.map(({ __typename }) => __typename);
    // Whichever of them came first.
    expect(typeNames.slice(0, 2).sort()).toEqual(['IdempotencyConflictError', 'RegisterTrainingRunSuccess']);
    expect(typeNames.slice(2)).toEqual(
      names.map((_, n) => (n % 10 === 9 ? 'NotFoundError' : 'RegisterTrainingRunSuccess')).slice(2),
    );
    results.forEach((result, n) => {
      if (result.run) expect(result.run.modelName).toBe(names[n]);
    });
    expect(answers.every(({ extensions }) => extensions?.stores?.[0]?.store === 'POSTGRES')).toBe(true);
  });

  it('fail alone when PostgreSQL refuses one of them', async () => {
    const sql = postgres(gateway.embedded.postgres.url, { max: 1 });
    await sql`alter table training_runs add constraint no_poison check (framework <> 'poison')`;
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        gateway.query(
          `mutation ($input: RegisterTrainingRunInput!) { result: registerTrainingRun(input: $input) { __typename } }`,
          { input: { ...run, modelName: `neighbour-${n}`, framework: n === 7 ? 'poison' : 'pytorch' } },
        ),
      ),
    );
    await sql`alter table training_runs drop constraint no_poison`;
    await sql.end();
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(
      answers.map((_, n) => (n === 7 ? 'INTERNAL' : undefined)),
    );
    expect(
      answers.filter(({ data }) => data?.result?.__typename === 'RegisterTrainingRunSuccess'),
    ).toHaveLength(11);
  });
});
