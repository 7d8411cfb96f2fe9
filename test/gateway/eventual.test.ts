import fc from 'fast-check';
import { type Collection, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { toRows } from '../../src/seed/to-rows.ts';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { modelLists } from '../support/model-lists.ts';
import { oddModels } from '../support/odd-models.ts';
import { generatedSize, openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let postgres: FaultySocket;
let mongo: MongoClient;
let copies: Collection;
beforeAll(async () => {
  gateway = await openTestGateway({
    environment: async ({ DATABASE_URL }) => {
      postgres = await openFaultySocket(Number(new URL(DATABASE_URL).port));
      return { DATABASE_URL: throughPort(DATABASE_URL, postgres.port), CONFIG_FILTER_MAX_IDS: '130' };
    },
  });
  mongo = await new MongoClient(gateway.embedded.mongo.url).connect();
  copies = mongo.db('modelgraph').collection('models');
  const { registry, configs } = toRows({ datasets: [], models: [...oddModels] });
  await gateway.stores.mongo.bulk.write(configs);
  await gateway.stores.postgres.bulk.write(registry);
  const all = generatedSize.models + oddModels.length;
  await vi.waitUntil(async () => (await copied()) === all, { timeout: 30_000 });
});
afterAll(async () => {
  postgres.revive();
  await mongo.close();
  await gateway.close();
  await postgres.close();
});
// A breaker that opened in one test must not turn the next one's calls away.
beforeEach(async () => {
  postgres.revive();
  const answers = () => gateway.query('{ models(first: 1) { nodes { name } } }').then(({ errors }) => errors);
  await expect.poll(answers, { timeout: 15_000 }).toBeUndefined();
});

const eventual = 'consistency: EVENTUAL';
const copied = async () =>
  (await gateway.query(`{ models(first: 1, ${eventual}) { totalCount } }`)).data.models.totalCount;

const page = `query ($first: Int, $last: Int, $filter: ModelFilter, $orderBy: ModelOrder,
  $strongAfter: String, $strongBefore: String, $after: String, $before: String) {
  strong: models(first: $first, last: $last, after: $strongAfter, before: $strongBefore, filter: $filter, orderBy: $orderBy) { ...page }
  eventual: models(first: $first, last: $last, after: $after, before: $before, filter: $filter, orderBy: $orderBy, ${eventual}) { ...page }
}
fragment page on ModelConnection {
  totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}`;

describe('a list from the copies', () => {
  it('is the same as that of the registry, whatever the filter, the order and the page, and each goes on where the other ended', async () => {
    let rows = 0;
    const example = { orderBy: { field: 'NAME', direction: 'ASC' }, size: 9, backwards: false } as const;
    await fc.assert(
      fc.asyncProperty(modelLists, async ({ size, backwards, ...list }) => {
        let cursors: object = {};
        for (let pages = 0; pages < 3; pages++) {
          const variables = { ...list, [backwards ? 'last' : 'first']: size, ...cursors };
          const { data, errors } = await gateway.query(page, variables);
          expect(errors).toBeUndefined();
          const [strong, own] = [data.strong, data.eventual];
          expect(own.nodes).toEqual(strong.nodes);
          expect(own.totalCount).toBe(strong.totalCount);
          const { hasNextPage, hasPreviousPage } = strong.pageInfo;
          expect(own.pageInfo).toMatchObject({ hasNextPage, hasPreviousPage });
          rows += own.nodes.length;
          if (!(backwards ? hasPreviousPage : hasNextPage) || own.nodes.length === 0) break;
          cursors = backwards
            ? { strongBefore: own.pageInfo.startCursor, before: strong.pageInfo.startCursor }
            : { strongAfter: own.pageInfo.endCursor, after: strong.pageInfo.endCursor };
        }
      }),
      // Some models have both frameworks, and none has one that is both.
      { numRuns: 40, examples: [[{ ...example, filter: { framework: { eq: 'torch', contains: 'T' } } }]] },
    );
    // Lists that are all empty would be the same too.
    expect(rows).toBeGreaterThan(200);
  });

  it('says that MongoDB chose it, and how new its copies are', async () => {
    const { data } = await gateway.query(`{ models(first: 1, ${eventual}) { driver asOf } }`);
    const newest = await copies.findOne({}, { sort: { copiedAt: -1 } });
    expect(data.models).toEqual({ driver: 'MONGODB', asOf: newest?.copiedAt.toISOString() });
  });

  const where = {
    tags: '{ tags: [{ key: "team", value: { startsWith: "team-1" } }] }',
    config:
      '{ or: [{ config: [{ path: "/n", number: { lt: 3 } }] }, { not: { config: [{ path: "/n", exists: true }] } }] }',
  };
  it.each([
    ['one call to MongoDB, however many lists are asked for', where.tags, ['newestCopy+modelPage']],
    ['one more for conditions on documents', where.config, ['readConfigNames', 'newestCopy+modelPage']],
  ])('costs %s', async (_, filter, operations) => {
    const calls = await storeCallsOf(async () => {
      const { errors } = await gateway.query(`{
        some: models(first: 5, ${eventual}, filter: ${filter}) { asOf nodes { name } }
        others: models(last: 5, ${eventual}, filter: ${filter}, orderBy: { field: UPDATED_AT }) { asOf nodes { name } }
      }`);
      expect(errors).toBeUndefined();
    });
    expect(calls.map(({ store, operation }) => `${store} ${operation}`)).toEqual(
      operations.map((operation) => `MONGODB ${operation}`),
    );
  });
});

describe('while PostgreSQL is down', () => {
  it('the copies are listed and counted, and a list begun before goes on; what PostgreSQL alone knows is missing and says so', async () => {
    const list = 'filter: { framework: { eq: "pytorch" } }, orderBy: { field: CREATED_AT, direction: DESC }';
    const { data: begun } = await gateway.query(
      `{ models(first: 3, ${list}) { pageInfo { endCursor } } all: models(first: 6, ${list}) { totalCount nodes { name } } }`,
    );
    const after = begun.models.pageInfo.endCursor;
    postgres.kill();
    const { data, errors } = await gateway.query(
      `{ models(first: 3, after: "${after}", ${list}, ${eventual}) { totalCount asOf nodes { name createdAt config { framework } } } }`,
    );
    const { totalCount, nodes } = begun.all;
    const framework = 'pytorch';
    expect(data.models).toMatchObject({
      totalCount,
      asOf: expect.any(String),
      nodes: nodes.slice(3).map(({ name }: never) => ({ name, createdAt: null, config: { framework } })),
    });
    expect(errors?.map(({ path }) => path?.at(-1))).toEqual(Array(3).fill('createdAt'));
    for (const { extensions } of errors ?? [])
      expect(extensions.code).toMatch(/^STORE_(UNAVAILABLE|TIMEOUT)$/);
  });
});

describe('what has been decided', () => {
  const write = async (mutation: string) => {
    const { data, errors } = await gateway.query(`mutation { written: ${mutation} { __typename } }`);
    expect(errors).toBeUndefined();
    expect(data.written.__typename).toMatch(/Success$/);
  };
  const first = async (list: string) => {
    const { data } = await gateway.query(`{ models(first: 1, ${list}, ${eventual}) { nodes { name } } }`);
    return data.models.nodes[0]?.name;
  };

  it.each([
    [
      'a run with another framework and a better metric',
      'registerTrainingRun(input: { modelName: "aa", framework: "jax", datasets: [], metrics: [{ key: "accuracy", value: 7e30 }] })',
      'filter: { framework: { eq: "jax" } }, orderBy: { field: BEST_METRIC, metric: "accuracy", direction: DESC }',
      'aa',
    ],
    [
      'a deployment',
      'deployModelVersion(input: { modelName: "seed-model-0000002", ref: { number: 1 }, environment: STAGING })',
      'filter: { deployedTo: STAGING, name: { startsWith: "seed" } }',
      'seed-model-0000002',
    ],
    [
      'an alias that moved',
      'setModelAlias(input: { modelName: "seed-model-0000004", alias: "canary", version: 1 })',
      'orderBy: { field: UPDATED_AT, direction: DESC }',
      'seed-model-0000004',
    ],
    ['a new model', 'createModelVersion(input: { modelName: "!" })', 'orderBy: { field: NAME }', '!'],
  ])('is in the copies when MongoDB was told: %s', async (_, mutation, list, name) => {
    await write(mutation);
    await expect.poll(() => first(list), { timeout: 15_000 }).toBe(name);
  });

  it('a deleted model is gone from the list and its count', async () => {
    const name = 'filter: { name: { eq: "seed-model-0000003" } }';
    const before = await copied();
    expect(await first(name)).toBe('seed-model-0000003');
    await write('deleteModel(input: { name: "seed-model-0000003" })');
    await expect.poll(() => first(name), { timeout: 15_000 }).toBeUndefined();
    expect(await copied()).toBe(before - 1);
  });
});

describe('what the copies cannot say', () => {
  it.each([
    ['what Redis counts', `orderBy: { field: PREDICTION_COUNT }`, 'BAD_USER_INPUT', 0],
    ['the cursor of another order', `orderBy: { field: UPDATED_AT }, after: "$cursor"`, 'BAD_USER_INPUT', 0],
    [
      'too many documents',
      `filter: { config: [{ path: "/nothing", exists: false }] }`,
      'FILTER_TOO_BROAD',
      1,
    ],
  ])('is refused, never ignored: %s', async (_, list, code, calls) => {
    const { data: begun } = await gateway.query(
      `{ models(first: 1, ${eventual}) { pageInfo { endCursor } } }`,
    );
    const cursor = begun.models.pageInfo.endCursor;
    const made = await storeCallsOf(async () => {
      const query = `{ models(first: 1, ${list.replace('$cursor', cursor)}, ${eventual}) { nodes { name } } }`;
      const { data, errors } = await gateway.query(query);
      expect(data.models).toBeNull();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    });
    expect(made).toHaveLength(calls);
  });
});
