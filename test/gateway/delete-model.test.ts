import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onStoreCall } from '../../src/store-calls.ts';
import type { Store } from '../../src/store-name.ts';
import { redisServer } from '../support/engines.ts';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let redis: Redis;
const sockets: Partial<Record<Store, FaultySocket>> = {};

beforeAll(async () => {
  gateway = await openTestGateway({
    environment: async (urls) => {
      const through = async (store: Store, url: string) => {
        const socket = await openFaultySocket(Number(new URL(url).port));
        sockets[store] = socket;
        return throughPort(url, socket.port);
      };
      return {
        DATABASE_URL: await through('POSTGRES', urls.DATABASE_URL),
        MONGODB_URI: await through('MONGODB', urls.MONGODB_URI),
        ...(redisServer && { REDIS_URL: await through('REDIS', urls.REDIS_URL) }),
      };
    },
  });
  const { client, url } = gateway.embedded.redis;
  redis = client?.duplicate() ?? new Redis(String(url));
});
afterAll(async () => {
  for (const socket of Object.values(sockets)) socket.revive();
  redis.disconnect();
  await gateway.close();
  await Promise.all(Object.values(sockets).map((socket) => socket.close()));
});

// A breaker that opened in one test must not turn the next one's calls away.
beforeEach(async () => {
  for (const socket of Object.values(sockets)) socket.revive();
  const query =
    '{ model(by: { name: "seed-model-0000100" }) { createdAt config { revision } serving { cacheHits } } }';
  await expect.poll(async () => (await gateway.query(query)).errors, { timeout: 15_000 }).toBeUndefined();
  // Nor must the relay still be waiting for a store that was away.
  await expect.poll(pendingRows, { timeout: 15_000 }).toBe(0);
});

const mutations = {
  delete: `mutation ($input: DeleteModelInput!) { result: deleteModel(input: $input) {
    __typename
    ... on DeleteModelSuccess { deletedId sequence purged }
    ... on Error { code message }
    ... on InvalidTransitionError { from to }
    ... on NotFoundError { entity key }
  } }`,
  version: `mutation ($input: CreateModelVersionInput!) { result: createModelVersion(input: $input) {
    __typename ... on CreateModelVersionSuccess { version { version } } ... on Error { code }
  } }`,
  deploy: `mutation ($input: DeployModelVersionInput!) { result: deployModelVersion(input: $input) {
    __typename ... on DeployModelVersionSuccess { deployment { id } } ... on Error { code }
  } }`,
  retire:
    'mutation ($input: RetireDeploymentInput!) { result: retireDeployment(input: $input) { __typename } }',
};
async function write(mutation: keyof typeof mutations, input: object) {
  const { data, errors } = await gateway.query(mutations[mutation], { input });
  expect(errors).toBeUndefined();
  return data.result;
}

const within = <T>(run: Parameters<typeof gateway.stores.postgres.transact<T>>[1]) =>
  gateway.stores.postgres.transact({ operation: 'test' }, run);
const outboxOf = (name: string) =>
  within(
    async (transaction) =>
      await transaction`select o.store, o.attempts, o.last_error, o.applied_at from outbox o
        join model_events e using (sequence) where o.model_name = ${name} and e.kind = 'MODEL_DELETED' order by o.store`,
  );
const pendingRows = () =>
  within(async (transaction) => {
    const [row] = await transaction`select count(*)::int as n from outbox where applied_at is null`;
    return row?.n;
  });
const configOf = async (id: string) => (await gateway.stores.mongo.read([{ id, parts: [] }]))[0];

const everything = (name: string) => `{ model(by: { name: "${name}" }) {
  id latestVersion { id artifacts(first: 1) { nodes { id } } } config { id revision } serving { predictionCount leaderboardRank }
  trainingRuns(first: 1) { nodes { id config { id } } }
  sources { store presence }
} }`;

describe('a model that is not live', () => {
  it('is gone from all stores at once: from its page, its nodes, the lists and the boards', async () => {
    const name = 'seed-model-0000002';
    await redis.zadd('mg:predictions', 1, name, 2, 'seed-model-0000003');
    const { data: before } = await gateway.query(everything(name));
    const { id, latestVersion, config, trainingRuns } = before.model;
    const [run] = trainingRuns.nodes;
    expect(before.model.serving.leaderboardRank).toEqual(expect.any(Number));
    const calls = await storeCallsOf(async () => {
      expect(await write('delete', { name })).toEqual({
        __typename: 'DeleteModelSuccess',
        deletedId: id,
        sequence: expect.stringMatching(/^\d+$/),
        purged: ['POSTGRES', 'MONGODB', 'REDIS'],
      });
    });
    // One transaction decides; then it is asked whether the other stores know.
    const operations = calls.map(({ store, operation }) => `${store} ${operation}`);
    expect(operations[0]).toBe('POSTGRES deleteModel');
    expect(new Set(operations.slice(1))).toEqual(new Set(['POSTGRES storesBehind']));
    expect((await gateway.query(everything(name))).data).toEqual({ model: null });
    const ids = [
      id,
      latestVersion.id,
      latestVersion.artifacts.nodes[0].id,
      config.id,
      run.id,
      run.config?.id ?? run.id,
    ];
    const { data } = await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(data.nodes).toEqual(ids.map(() => null));
    const { data: lists } = await gateway.query(
      `{ models(first: 3, filter: { name: { eq: "${name}" } }) { totalCount nodes { name } }
        trainingRuns(first: 100) { nodes { modelName } } }`,
    );
    expect(lists.models).toEqual({ totalCount: 0, nodes: [] });
    expect(lists.trainingRuns.nodes).not.toContainEqual({ modelName: name });
    for (const board of ['mg:board:{accuracy}', 'mg:board:{f1}', 'mg:predictions']) {
      expect(await redis.zscore(board, name)).toBeNull();
      expect(await redis.zcard(board)).toBeGreaterThan(0);
    }
    expect(await redis.exists(`mg:model:{${name}}:serving`)).toBe(0);
    expect(await redis.exists('mg:model:{seed-model-0000003}:serving')).toBe(1);
    const left = await within(
      async (transaction) =>
        await transaction`select (select count(*) from run_metrics where model_name = ${name})
          + (select count(*) from model_metrics where model_name = ${name}) as rows`,
    );
    expect(left).toEqual([{ rows: '0' }]);
  });

  it('keeps its history, and the outbox says that it is done', async () => {
    await write('version', { modelName: 'told' });
    await write('delete', { name: 'told' });
    const events = await within(
      async (transaction) =>
        await transaction`select kind, before from model_events where model_name = 'told' order by sequence`,
    );
    expect(events).toMatchObject([
      { kind: 'MODEL_REGISTERED' },
      { kind: 'VERSION_CREATED' },
      { kind: 'MODEL_DELETED', before: { versions: 1, runs: 0 } },
    ]);
    expect(await outboxOf('told')).toMatchObject([
      { store: 'MONGODB', attempts: 1, last_error: null, applied_at: expect.any(String) },
      { store: 'REDIS', attempts: 1, last_error: null, applied_at: expect.any(String) },
    ]);
  });

  it('may be registered again, as another model', async () => {
    await write('version', { modelName: 'phoenix' });
    await write('version', { modelName: 'phoenix' });
    const { deletedId } = await write('delete', { name: 'phoenix' });
    expect(await write('version', { modelName: 'phoenix' })).toMatchObject({ version: { version: 1 } });
    const { data } = await gateway.query(everything('phoenix'));
    expect(data.model).toMatchObject({ id: deletedId, config: null, serving: null });
  });
});

describe('a model that is live', () => {
  it('is not deleted until its deployments are retired, and the refusal names them', async () => {
    await write('version', { modelName: 'alive' });
    const where = { modelName: 'alive', ref: { number: 1 } };
    const ids = [];
    for (const environment of ['STAGING', 'PRODUCTION'])
      ids.push((await write('deploy', { ...where, environment })).deployment.id);
    expect(await write('delete', { name: 'alive' })).toMatchObject({
      __typename: 'InvalidTransitionError',
      message:
        '"alive" is live: version 1 in PRODUCTION, version 1 in STAGING. Retire its deployments first.',
      from: 'LIVE',
      to: 'DELETED',
    });
    for (const deploymentId of ids) await write('retire', { deploymentId });
    expect(await write('delete', { name: 'alive' })).toMatchObject({ __typename: 'DeleteModelSuccess' });
  });

  it('cannot become so while it is deleted', async () => {
    for (let n = 0; n < 8; n++) {
      const name = `raced ${n}`;
      await write('version', { modelName: name });
      const [gone, deployed, version] = await Promise.all([
        write('delete', { name }),
        write('deploy', { modelName: name, ref: { number: 1 }, environment: 'STAGING' }),
        write('version', { modelName: name }),
      ]);
      // Whichever came first decided; a version that came last registered the name anew.
      expect(version.__typename).toBe('CreateModelVersionSuccess');
      if (gone.__typename === 'InvalidTransitionError')
        expect(deployed.__typename).toBe('DeployModelVersionSuccess');
      else expect(gone.__typename).toBe('DeleteModelSuccess');
    }
  });
});

describe('what is refused', () => {
  it('a model that is not there, or no longer', async () => {
    expect(await write('delete', { name: 'nobody' })).toMatchObject({ entity: 'ModelInfo', key: 'nobody' });
    await write('version', { modelName: 'two deletions' });
    const both = await Promise.all([1, 2].map(() => write('delete', { name: 'two deletions' })));
    expect(both.map(({ __typename }) => __typename).sort()).toEqual(['DeleteModelSuccess', 'NotFoundError']);
    expect(await write('delete', { name: '{}' })).toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('a deletion sent again under its idempotency key', () => {
  it('has the same answer and leaves alone whatever has the name now', async () => {
    const name = 'seed-model-0000003';
    const input = { idempotencyKey: 'delete once', name };
    const first = await write('delete', input);
    expect(first.purged).toHaveLength(3);
    await write('version', { modelName: name });
    await redis.hset(`mg:model:{${name}}:serving`, 'predictions', '7');
    expect(await write('delete', input)).toEqual(first);
    const { data } = await gateway.query(everything(name));
    expect(data.model).toMatchObject({
      latestVersion: { id: expect.any(String) },
      serving: { predictionCount: '7' },
    });
    expect(await write('delete', { ...input, name: 'seed-model-0000004' })).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });
});

describe('when a store is away', () => {
  it('MongoDB: the model is deleted, the answer says what is clean, and the rest stays pending', async () => {
    const name = 'seed-model-0000006';
    sockets.MONGODB?.kill();
    expect(await write('delete', { name })).toMatchObject({
      __typename: 'DeleteModelSuccess',
      purged: ['POSTGRES', 'REDIS'],
    });
    expect((await gateway.query(`{ model(by: { name: "${name}" }) { name } }`)).data.model).toBeNull();
    expect(await redis.exists(`mg:model:{${name}}:serving`)).toBe(0);
    expect(await outboxOf(name)).toMatchObject([
      { store: 'MONGODB', applied_at: null, attempts: 0 },
      { store: 'REDIS', applied_at: expect.any(String) },
    ]);
    sockets.MONGODB?.revive();
    await expect.poll(() => configOf(`head:${name}`), { timeout: 15_000 }).toBeUndefined();
  });

  it.skipIf(!redisServer)('Redis: likewise', async () => {
    const name = 'seed-model-0000007';
    sockets.REDIS?.kill();
    expect(await write('delete', { name })).toMatchObject({ purged: ['POSTGRES', 'MONGODB'] });
    expect(await configOf(`head:${name}`)).toBeUndefined();
    sockets.REDIS?.revive();
    await expect.poll(() => redis.exists(`mg:model:{${name}}:serving`), { timeout: 15_000 }).toBe(0);
  });

  it('PostgreSQL, right after it decided: the deletion is a success and the others follow', async () => {
    const name = 'seed-model-0000008';
    const stop = onStoreCall(({ operation }) => {
      if (operation === 'deleteModel') sockets.POSTGRES?.kill();
    });
    const result = await write('delete', { name }).finally(stop);
    expect(result).toMatchObject({ purged: ['POSTGRES'] });
    sockets.POSTGRES?.revive();
    await expect
      .poll(() => outboxOf(name).catch(() => []), { timeout: 15_000 })
      .toMatchObject([{ applied_at: expect.any(String) }, { applied_at: expect.any(String) }]);
    expect(await configOf(`head:${name}`)).toBeUndefined();
  });
});
