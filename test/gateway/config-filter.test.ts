import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseModelName } from '../../src/model-name.ts';
import { headIdOf } from '../../src/stores/mongo/configs.ts';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

const documents: Record<string, Record<string, unknown>> = {
  a: {
    metrics: { accuracy: 0.91 },
    architecture: { layers: [{ units: 64 }, { units: 1, 'a.b': 'dotted' }] },
    sizes: [0, 3],
    labels: ['red', 'a+b'],
    mixed: 5,
    flag: true,
    rare: null,
  },
  b: {
    metrics: { accuracy: 0.85 },
    architecture: { layers: [{ units: 1 }] },
    sizes: [],
    labels: 'red',
    mixed: '5',
    flag: false,
    $gt: '',
    'x.y': 1,
  },
  c: { metrics: { accuracy: 'unknown' }, labels: { red: 1 }, mixed: true, '': 'empty', __proto: 1 },
  d: { metrics: {}, mixed: [5, '6'], labels: ['.*', '{"$gt": ""}'], 0: 'zero' },
  e: { metrics: { accuracy: 0.95 }, mixed: null },
};

let gateway: TestGateway;
let mongo: FaultySocket;
beforeAll(async () => {
  gateway = await openTestGateway({
    data: 'nothing',
    environment: async ({ MONGODB_URI }) => {
      mongo = await openFaultySocket(Number(new URL(MONGODB_URI).port));
      return { MONGODB_URI: throughPort(MONGODB_URI, mongo.port), CONFIG_FILTER_MAX_IDS: '4' };
    },
  });
  const sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  // One model without a document, and one document without a model.
  const names = [...Object.keys(documents).filter((name) => name !== 'e'), 'none'];
  await sql`insert into models ${sql(names.map((name) => ({ name, tags: { of: name } })))}`;
  await sql.end();
  const envelope = { framework: null, schemaVersion: 1, revision: 1, updatedAt: new Date() };
  await gateway.stores.mongo.bulk.write([
    ...Object.entries(documents).map(([modelName, document]) => {
      const _id = headIdOf(parseModelName(modelName, []));
      return { _id, kind: 'HEAD' as const, modelName, document, ...envelope };
    }),
    // What a run was configured with is not what its model is.
    { _id: 'run', kind: 'RUN', modelName: 'none', document: { metrics: { accuracy: 1 } }, ...envelope },
  ]);
});
afterAll(async () => {
  mongo.revive();
  await gateway.close();
  await mongo.close();
});

const query =
  'query ($filter: ModelFilter) { models(first: 100, filter: $filter) { totalCount nodes { name } } }';

async function modelsWhere(filter: Record<string, unknown>): Promise<string> {
  const { data, errors } = await gateway.query(query, { filter });
  expect(errors).toBeUndefined();
  expect(data.models.totalCount).toBe(data.models.nodes.length);
  return data.models.nodes.map(({ name }: { name: string }) => name).join(' ');
}

describe('models by what their configuration holds', () => {
  it.each<[object, string]>([
    // "Models with accuracy above x", from the documents.
    [{ path: '/metrics/accuracy', number: { gte: 0.9 } }, 'a'],
    [{ path: '/metrics/accuracy', number: { gt: 0.1, lt: 0.9 } }, 'b'],
    [{ path: '/metrics/accuracy', number: { eq: 0.91 } }, 'a'],
    [{ path: '/metrics/accuracy', number: { lte: 0.85 } }, 'b'],
    [{ path: '/metrics/accuracy', string: { eq: 'unknown' } }, 'c'],
    // Numbers only meet numbers, texts texts, and truth values truth values.
    [{ path: '/mixed', number: { eq: 5 } }, 'a d'],
    [{ path: '/mixed', string: { in: ['5', '7'] } }, 'b'],
    [{ path: '/mixed', bool: true }, 'c'],
    [{ path: '/flag', bool: false }, 'b'],
    [{ path: '/flag', number: { eq: 1 } }, ''],
    // Null is there; what is not there is not null.
    [{ path: '/rare', exists: true }, 'a'],
    [{ path: '/sizes', exists: false }, 'c d'],
    // Arrays: any member; a number is a position; for each operator another member will do.
    [{ path: '/labels', string: { eq: 'red' } }, 'a b'],
    [{ path: '/labels/0', string: { eq: 'red' } }, 'a'],
    [{ path: '/labels/1', string: { eq: 'red' } }, ''],
    [{ path: '/architecture/layers/0/units', number: { gte: 64 } }, 'a'],
    [{ path: '/architecture/layers/units', number: { lt: 2 } }, 'a b'],
    [{ path: '/architecture/layers/1/a.b', string: { startsWith: 'dot' } }, 'a'],
    [{ path: '/sizes', number: { gte: 1, lte: 2 } }, 'a'],
    [{ path: '/sizes/0', exists: true }, 'a'],
    // Keys are keys, whatever they look like.
    [{ path: '/x.y', number: { eq: 1 } }, 'b'],
    [{ path: '/x/y', exists: true }, ''],
    [{ path: '/$gt', string: { eq: '' } }, 'b'],
    [{ path: '/', string: { eq: 'empty' } }, 'c'],
    [{ path: '/0', string: { eq: 'zero' } }, 'd'],
    [{ path: '/__proto__', exists: true }, ''],
    [{ path: '/constructor', exists: true }, ''],
    // What is typed is text, never a query or a pattern.
    [{ path: '/labels', string: { contains: '+' } }, 'a'],
    [{ path: '/labels', string: { contains: '.*' } }, 'd'],
    [{ path: '/labels', string: { startsWith: '.' } }, 'd'],
    [{ path: '/labels', string: { eq: '{"$gt": ""}' } }, 'd'],
    [{ path: '/labels', string: { contains: '{' } }, 'd'],
    [{ path: '/labels', string: { contains: '', startsWith: 'r' } }, 'a b'],
  ])('%j', async (config, names) => {
    expect(await modelsWhere({ config: [config] })).toBe(names);
  });

  it.each<[object, string]>([
    [
      {
        config: [
          { path: '/flag', exists: true },
          { path: '/mixed', number: { eq: 5 } },
        ],
      },
      'a',
    ],
    [{ not: { config: [{ path: '/flag', exists: true }] } }, 'c d none'],
    [{ or: [{ config: [{ path: '/flag', bool: true }] }, { name: { eq: 'none' } }] }, 'a none'],
    [
      {
        config: [
          { path: '/metrics', exists: true },
          { path: '/mixed', exists: true },
          { path: '/labels', exists: true },
        ],
        not: {
          or: [{ config: [{ path: '/flag', bool: true }] }, { tags: [{ key: 'of', value: { eq: 'b' } }] }],
        },
        and: [{ name: { in: ['a', 'b', 'c'] } }],
      },
      'c',
    ],
  ])('anywhere in the tree: %j', async (filter, names) => {
    expect(await modelsWhere(filter as Record<string, unknown>)).toBe(names);
  });

  it('cost one call to MongoDB, whatever the number of conditions, and then the page', async () => {
    const filter = {
      or: [
        { config: [{ path: '/flag', bool: true }] },
        { config: [{ path: '/flag', bool: false }] },
        { not: { config: [{ path: '/labels', exists: true }] } },
      ],
    };
    const calls = await storeCallsOf(async () => {
      const { data } = await gateway.query(
        'query ($filter: ModelFilter) { models(first: 100, filter: $filter) { nodes { name createdAt } } }',
        { filter },
      );
      expect(data.models.nodes).toHaveLength(3);
    });
    expect(calls.map(({ store, operation }) => [store, operation.split('!')[0]])).toEqual([
      ['MONGODB', 'readConfigNames'],
      ['POSTGRES', expect.stringContaining('models')],
    ]);
    expect(calls[0]?.keys).toBe(3);
  });

  it('are ordered and paged by PostgreSQL, and the count of the whole list costs MongoDB nothing more', async () => {
    const filter = { config: [{ path: '/labels', exists: true }] };
    const pageQuery = `query ($filter: ModelFilter, $after: String) {
      models(first: 2, after: $after, filter: $filter, orderBy: { field: NAME, direction: DESC }) {
        totalCount driver nodes { name } pageInfo { endCursor hasNextPage }
      }
    }`;
    const calls = await storeCallsOf(async () => {
      const { data } = await gateway.query(pageQuery, { filter });
      expect(data.models).toMatchObject({
        totalCount: 4,
        driver: 'POSTGRES',
        nodes: [{ name: 'd' }, { name: 'c' }],
        pageInfo: { hasNextPage: true },
      });
      const next = await gateway.query(pageQuery, { filter, after: data.models.pageInfo.endCursor });
      expect(next.data.models.nodes).toEqual([{ name: 'b' }, { name: 'a' }]);
    });
    expect(calls.filter(({ store }) => store === 'MONGODB')).toHaveLength(2);
  });
});

describe('a condition that more documents meet than may be handed over', () => {
  it('is FILTER_TOO_BROAD, never a cut-off answer, and may be turned around', async () => {
    const broad = { config: [{ path: '/metrics', exists: true }] };
    const { data, errors } = await gateway.query(query, { filter: broad });
    expect(data.models).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toEqual({ code: 'FILTER_TOO_BROAD', store: 'MONGODB', retryable: false });
    expect(errors?.[0]?.message).toMatch(/More than 4 configurations/);
    expect(await modelsWhere({ not: { config: [{ path: '/metrics', exists: false }] } })).toBe(
      'a b c d none',
    );
  });

  it('does not spoil its neighbours in the query', async () => {
    const { data, errors } = await gateway.query(`{
      broad: models(first: 1, filter: { config: [{ path: "/metrics", exists: true }] }) { nodes { name } }
      fine: models(first: 1, filter: { config: [{ path: "/flag", bool: true }] }) { nodes { name } }
    }`);
    expect(data).toEqual({ broad: null, fine: { nodes: [{ name: 'a' }] } });
    expect(errors?.map(({ path }) => path)).toEqual([['broad']]);
  });
});

describe('when MongoDB is down', () => {
  it('a list that needs it is null and says why, never unfiltered, and the others still come', async () => {
    mongo.kill();
    const { data, errors } = await gateway.query(`{
      filtered: models(first: 5, filter: { not: { config: [{ path: "/flag", bool: true }] } }) { nodes { name } }
      plain: models(first: 5, filter: { name: { eq: "a" } }) { nodes { name } }
      copies: models(first: 5, consistency: EVENTUAL) { nodes { name } }
      configFacets(path: "/flag") { documents }
    }`);
    mongo.revive();
    expect(data).toEqual({
      filtered: null,
      plain: { nodes: [{ name: 'a' }] },
      copies: null,
      configFacets: null,
    });
    // In which order errors come is nobody's promise.
    expect(
      errors?.map(({ path, extensions }) => [path?.[0], extensions.code, extensions.store]).sort(),
    ).toEqual([
      ['configFacets', 'STORE_UNAVAILABLE', 'MONGODB'],
      ['copies', 'STORE_UNAVAILABLE', 'MONGODB'],
      ['filtered', 'STORE_UNAVAILABLE', 'MONGODB'],
    ]);
  });
});
