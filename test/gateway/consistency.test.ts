import { Redis } from 'ioredis';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilDrained } from '../support/drained.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let mongo: MongoClient;
let redis: Redis;
let configs: Collection<Document & { _id: string }>;
let models: Collection<Document & { _id: string }>;

beforeAll(async () => {
  gateway = await openTestGateway({ data: 'demo' });
  mongo = await new MongoClient(gateway.embedded.mongo.url).connect();
  configs = mongo.db('modelgraph').collection('model_configs');
  models = mongo.db('modelgraph').collection('models');
  const { client, url } = gateway.embedded.redis;
  redis = client?.duplicate() ?? new Redis(String(url));
  await untilDrained(gateway);
});
afterAll(async () => {
  redis.disconnect();
  await mongo.close();
  await gateway.close();
});

const report =
  'consistent lagMs appliedSequence headSequence drifts { kind store detail entityId repairable }';
const check = async (name: string) => {
  const { data, errors } = await gateway.query(
    `query ($name: String!) { model(by: { name: $name }) { consistency { ${report} } } }`,
    { name },
  );
  expect(errors).toBeUndefined();
  return data.model.consistency;
};
const reconcile = async (name: string) => {
  const { data, errors } = await gateway.query(
    `mutation ($name: String!) { reconcileModel(name: $name) { ${report} } }`,
    { name },
  );
  expect(errors).toBeUndefined();
  return data.reconcileModel;
};
const kinds = ({ drifts }: { drifts: { store: string; kind: string }[] }) =>
  drifts.map(({ store, kind }) => `${store} ${kind}`).sort();

describe('stores that agree', () => {
  it('are said to, for each model of the demo data', async () => {
    const { data } = await gateway.query(
      '{ models(first: 100) { nodes { name consistency { consistent lagMs drifts { detail } } } } }',
    );
    expect(data.models.nodes).toHaveLength(15);
    for (const { consistency } of data.models.nodes)
      expect(consistency).toEqual({ consistent: true, lagMs: 0, drifts: [] });
    const { appliedSequence, headSequence } = await check('fraud-detector');
    expect(appliedSequence).toBe(headSequence);
  });
});

describe('a store that was damaged', () => {
  it('is told of, and made whole again by reconcileModel', async () => {
    const name = 'fraud-detector';
    const runs = await configs.find({ modelName: name, kind: 'RUN' }).toArray();
    const [gone, changed, cast] = runs;
    await configs.deleteOne({ _id: String(gone?._id) });
    await configs.updateOne({ _id: String(changed?._id) }, { $set: { 'document.tampered': true } });
    await configs.updateOne({ _id: String(cast?._id) }, { $set: { framework: 'another' } });
    await configs.insertOne({
      ...(changed as Document),
      _id: '00000000-0000-7000-8000-000000000000',
    } as never);
    await models.updateOne({ _id: name }, { $set: { latestVersion: 99 } });
    await redis.zrem('mg:board:{accuracy}', name);
    await redis.zadd('mg:board:{f1}', 2, name);
    const damaged = await check(name);
    expect(kinds(damaged)).toEqual([
      'MONGODB EXTRA',
      'MONGODB MISMATCH',
      'MONGODB MISMATCH',
      'MONGODB MISMATCH',
      'MONGODB MISSING',
      'REDIS MISMATCH',
      'REDIS MISSING',
    ]);
    expect(damaged.consistent).toBe(false);
    expect(damaged.drifts.map(({ detail }: { detail: string }) => detail)).toContain(
      'it is not on the board accuracy',
    );
    expect(await reconcile(name)).toMatchObject({ consistent: true, drifts: [] });
    expect((await configs.findOne({ _id: String(gone?._id) }))?.document).toEqual(gone?.document);
    expect((await configs.findOne({ _id: String(changed?._id) }))?.document).toEqual(changed?.document);
    const { data } = await gateway.query(
      `{ model(by: { name: "${name}" }) { history(first: 1) { nodes { kind before } } } }`,
    );
    expect(data.model.history.nodes).toEqual([{ kind: 'MODEL_RECONCILED', before: { drifts: 7 } }]);
  });

  it('whose copy of a model is gone or old', async () => {
    const { data } = await gateway.query('{ models(first: 1) { nodes { name } } }');
    const model = data.models.nodes[0].name;
    const copy = await models.findOne({ _id: model }, { promoteLongs: false });
    await models.deleteOne({ _id: model });
    expect(kinds(await check(model))).toEqual(['MONGODB MISSING']);
    expect(await reconcile(model)).toMatchObject({ consistent: true });
    await models.replaceOne({ _id: model }, copy as Document);
    expect(kinds(await check(model))).toEqual(['MONGODB STALE']);
    expect(await reconcile(model)).toMatchObject({ consistent: true });
  });

  it('that remembers a model which is not there forgets it', async () => {
    const name = 'ghost';
    await configs.insertOne({
      _id: `head:${name}`,
      ...{ kind: 'HEAD', modelName: name, framework: null, schemaVersion: 1, revision: 1, document: {} },
      updatedAt: new Date(Date.now() - 1_000),
    } as never);
    await redis.zadd('mg:board:{accuracy}', 1, name);
    await redis.hset(`mg:model:{${name}}:serving`, 'predictions', '1');
    expect(await reconcile(name)).toMatchObject({ consistent: true });
    expect(await configs.findOne({ modelName: name })).toBeNull();
    expect(await redis.zscore('mg:board:{accuracy}', name)).toBeNull();
    expect(await redis.exists(`mg:model:{${name}}:serving`)).toBe(0);
  });

  it('is not touched when it agrees, nor are boards of nobody’s metric', async () => {
    await redis.sadd('mg:boards', 'custom');
    await redis.zadd('mg:board:{custom}', 7, 'fraud-detector');
    const { headSequence } = await check('fraud-detector');
    expect(await reconcile('fraud-detector')).toMatchObject({ consistent: true, headSequence });
    expect(await redis.zscore('mg:board:{custom}', 'fraud-detector')).toBe('7');
  });
});

describe('a name that nobody knows', () => {
  it('is consistent everywhere, and a wrong one is refused', async () => {
    expect(await reconcile('nobody')).toMatchObject({ consistent: true, headSequence: '0' });
    const { errors } = await gateway.query('mutation { reconcileModel(name: "{}") { consistent } }');
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['name'] } }]);
  });
});
