import { Redis } from 'ioredis';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let mongo: FaultySocket;
let sql: postgres.Sql;
let redis: Redis;
beforeAll(async () => {
  gateway = await openTestGateway({
    environment: async ({ MONGODB_URI }) => {
      mongo = await openFaultySocket(Number(new URL(MONGODB_URI).port));
      return { MONGODB_URI: throughPort(MONGODB_URI, mongo.port) };
    },
  });
  sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  const { client, url } = gateway.embedded.redis;
  redis = client?.duplicate() ?? new Redis(url ?? '');
});
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await gateway.close();
  await mongo.close();
});

const deleteModel = async (name: string, idempotencyKey?: string) => {
  const { data, errors } = await gateway.query(
    `mutation ($input: DeleteModelInput!) { deleteModel(input: $input) { __typename
      ... on DeleteModelSuccess { deletedId purged sequence } ... on Error { code message }
      ... on InvalidTransitionError { from to } } }`,
    { input: { name, idempotencyKey } },
  );
  expect(errors).toBeUndefined();
  return data.deleteModel;
};
// Of the generated models every fourth is live, from the first one on.
const [live, idle, again, away] = ['0000001', '0000002', '0000003', '0000004'].map(
  (n) => `seed-model-${n}`,
) as [string, string, string, string];

const rowsOf = (name: string) => sql`
  select (select count(*)::int from models where name = ${name}) as models,
    (select count(*)::int from model_versions where model_name = ${name}) as versions,
    (select count(*)::int from training_runs where model_name = ${name}) as runs,
    (select count(*)::int from run_metrics where model_name = ${name}) as metrics,
    (select count(*)::int from model_metrics where model_name = ${name}) as best`;

describe('a model that is deleted', () => {
  it('is gone from all three stores, and only its history stays', async () => {
    const { data: before } = await gateway.query(`{ model(by: { name: "${idle}" }) { id } }`);
    expect(await redis.zscore('mg:board:{accuracy}', idle)).not.toBeNull();
    const calls = await storeCallsOf(async () => {
      expect(await deleteModel(idle)).toEqual({
        __typename: 'DeleteModelSuccess',
        deletedId: before.model.id,
        purged: ['POSTGRES', 'MONGODB', 'REDIS'],
        sequence: expect.stringMatching(/^\d+$/),
      });
    });
    expect(calls.map(({ store, operation }) => `${store} ${operation}`)).toEqual([
      'POSTGRES deleteModel',
      'POSTGRES isPendingDelete',
      expect.stringMatching(/^(MONGODB|REDIS) purgeModel$/),
      expect.stringMatching(/^(MONGODB|REDIS) purgeModel$/),
      'POSTGRES markApplied',
    ]);
    expect(await rowsOf(idle)).toEqual([{ models: 0, versions: 0, runs: 0, metrics: 0, best: 0 }]);
    for (const board of ['accuracy', 'f1'])
      expect(await redis.zscore(`mg:board:{${board}}`, idle)).toBeNull();
    expect(await redis.zscore('mg:predictions', idle)).toBeNull();
    expect(await redis.exists(`mg:model:{${idle}}:serving`)).toBe(0);
    const { data } = await gateway.query(
      `query ($id: ID!) { node(id: $id) { id } model(by: { name: "${idle}" }) { name } models(first: 5) { nodes { name } } }`,
      { id: before.model.id },
    );
    expect(data).toMatchObject({ node: null, model: null });
    expect(data.models.nodes.map(({ name }: { name: string }) => name)).not.toContain(idle);
    const kinds =
      await sql`select kind from model_events where model_name = ${idle} order by sequence desc limit 1`;
    expect(kinds[0]).toEqual({ kind: 'MODEL_DELETED' });
  });

  it('may be registered anew, and a late repetition of the deletion leaves the new one alone', async () => {
    const first = await deleteModel(again, 'delete once');
    const put = `mutation { putModelConfig(input: { modelName: "${again}", document: { new: true } }) { __typename } }`;
    expect((await gateway.query(put)).data.putModelConfig.__typename).toBe('PutModelConfigSuccess');
    expect(await deleteModel(again, 'delete once')).toEqual(first);
    const { data } = await gateway.query(
      `{ model(by: { name: "${again}" }) { config { revision value(path: "/new") } versions(first: 1) { totalCount } } }`,
    );
    expect(data.model).toEqual({ config: { revision: 1, value: true }, versions: { totalCount: 0 } });
  });
});

describe('a model that is live', () => {
  it('is not deleted, and is told where it is live', async () => {
    expect(await deleteModel(live)).toEqual({
      __typename: 'InvalidTransitionError',
      code: 'INVALID_TRANSITION',
      message: `"${live}" is live in PRODUCTION; retire its deployments first.`,
      from: 'LIVE',
      to: 'DELETED',
    });
    expect(await rowsOf(live)).toMatchObject([{ models: 1, versions: 1, runs: 3 }]);
  });
});

describe('a deletion while MongoDB is away', () => {
  it('stands, says who has not heard yet, and notes that for later', async () => {
    mongo.kill();
    const { purged, sequence } = await deleteModel(away);
    expect(purged).toEqual(['POSTGRES', 'REDIS']);
    expect(await sql`select kind, applied_at from outbox where sequence = ${sequence}`).toEqual([
      { kind: 'MODEL_DELETED', applied_at: null },
    ]);
    mongo.revive();
    expect((await gateway.query(`{ model(by: { name: "${away}" }) { name } }`)).data.model).toBeNull();
  });

  it('that is not there is a problem of its own', async () => {
    expect(await deleteModel('nobody')).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  });
});
