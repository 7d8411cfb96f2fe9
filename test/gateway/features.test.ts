import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
});
afterAll(() => gateway.close());

const mutation = `mutation ($input: PutFeaturesInput!) { putFeatures(input: $input) {
  __typename
  ... on PutFeaturesSuccess { written skippedAsOlder }
  ... on InvalidInputError { issues { path message } }
} }`;
const query = `query ($view: String!, $entities: [String!]!, $names: [String!]) {
  features(view: $view, entities: $entities, names: $names) {
    entity ttlSeconds values { name status value eventTimestamp }
  }
}`;

async function put(input: object) {
  const { data, errors } = await gateway.query(mutation, {
    input: { view: 'users', ttlSeconds: 3_600, ...input },
  });
  expect(errors).toBeUndefined();
  return data.putFeatures;
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
const asMicroseconds = (moment: string) => moment.replace('Z', '123Z');

describe('features', () => {
  it('of 100 entities are written in one call and read in one call, only those named', async () => {
    const entities = Array.from({ length: 100 }, (_, n) => `user:${n}`);
    const eventTimestamp = asMicroseconds(ago(5));
    const rows = entities.map((entity, n) => ({
      entity,
      eventTimestamp,
      values: { clicks: n, embedding: [n, -0.5, 1e-7], country: null, other: 'x' },
    }));
    const calls = await storeCallsOf(async () => {
      expect(await put({ rows })).toEqual({
        __typename: 'PutFeaturesSuccess',
        written: 400,
        skippedAsOlder: 0,
      });
      const names = ['embedding', 'clicks', 'age', 'country'];
      const { data, errors } = await gateway.query(query, { view: 'users', entities, names });
      expect(errors).toBeUndefined();
      expect(data.features.map(({ entity }: { entity: string }) => entity)).toEqual(entities);
      expect(data.features[7]).toEqual({
        entity: 'user:7',
        ttlSeconds: 3_600,
        values: [
          { name: 'embedding', status: 'PRESENT', value: [7, -0.5, 1e-7], eventTimestamp },
          { name: 'clicks', status: 'PRESENT', value: 7, eventTimestamp },
          { name: 'age', status: 'NOT_FOUND', value: null, eventTimestamp: null },
          { name: 'country', status: 'NULL_VALUE', value: null, eventTimestamp },
        ],
      });
    });
    expect(calls.map(({ store, operation, keys }) => [store, operation, keys])).toEqual([
      ['REDIS', 'putFeatures', 100],
      ['REDIS', 'readFeatures', 100],
    ]);
  });

  it('of several views asked together share a call, beside the counters of a model', async () => {
    const calls = await storeCallsOf(async () => {
      await gateway.query(`{
        a: features(view: "users", entities: ["user:1", "user:2"], names: ["clicks"]) { entity }
        b: features(view: "shops", entities: ["user:1"]) { entity }
        leaderboard { size }
      }`);
    });
    expect(calls).toMatchObject([{ store: 'REDIS', operation: 'readFeatures+readBoard', keys: 4 }]);
  });

  it('that are too old say so, and are not shown', async () => {
    await put({
      ttlSeconds: 60,
      rows: [{ entity: 'old', eventTimestamp: ago(61), values: { a: 1 } }],
    });
    const { data } = await gateway.query(query, { view: 'users', entities: ['old'] });
    expect(data.features[0].values).toEqual([
      { name: 'a', status: 'OUTSIDE_MAX_AGE', value: null, eventTimestamp: expect.any(String) },
    ]);
  });

  it('of an older event, sent later, change nothing; of the same event the last stays', async () => {
    const [older, newer] = ['2026-01-01T00:00:00.000001Z', '2026-01-01T01:00:00.000002+01:00'];
    const row = (eventTimestamp: string, a: unknown) => ({
      rows: [{ entity: 'late', eventTimestamp, values: { a } }],
    });
    const ttlSeconds = 100_000_000;
    await put({ ttlSeconds, ...row(newer, 'new') });
    expect(await put({ ttlSeconds, ...row(older, 'old') })).toMatchObject({ written: 0, skippedAsOlder: 1 });
    const read = () => gateway.query(query, { view: 'users', entities: ['late'] });
    expect((await read()).data.features[0].values[0]).toMatchObject({
      value: 'new',
      eventTimestamp: '2026-01-01T00:00:00.000002Z',
    });
    await put({ ttlSeconds, ...row('2026-01-01T00:00:00.000002Z', 'again') });
    expect((await read()).data.features[0].values[0].value).toBe('again');
  });

  it('keep numbers, texts and shapes as they went in', async () => {
    const values = {
      tiny: 5e-324,
      third: 1 / 3,
      nan: 'NaN',
      big: '9223372036854775807',
      operator: { $gt: '' },
      'a.b$': '🚀 زراعة',
      list: Array.from({ length: 10_000 }, (_, n) => n / 7),
      nested: { constructor: [[{}], null, true] },
    };
    const text = JSON.stringify(values).replace(/}$/, ',"__proto__":{"polluted":true}}');
    await put({ rows: [{ entity: 'exact', eventTimestamp: ago(1), values: JSON.parse(text) }] });
    const { data } = await gateway.query(query, { view: 'users', entities: ['exact'] });
    const back = Object.fromEntries(
      data.features[0].values.map(({ name, value }: { name: string; value: unknown }) => [name, value]),
    );
    expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(text));
    expect(Object.hasOwn(back, '__proto__')).toBe(true);
  });

  it('are refused as a whole when a row is wrong, every fault with its path', async () => {
    const deep = JSON.parse(`${'['.repeat(102)}${']'.repeat(102)}`);
    const day = 86_400;
    const result = await put({
      view: 'a{b',
      ttlSeconds: 0,
      rows: [
        { entity: 'good', eventTimestamp: ago(1), values: { a: 1 } },
        { entity: '', eventTimestamp: ago(-day - 60), values: [1] },
        { entity: 'x', eventTimestamp: '1969-12-31T23:59:59Z', values: {} },
        { entity: 'x', eventTimestamp: ago(1), values: { '': 1, deep, long: 'x'.repeat(262_143) } },
      ],
    });
    const at = ({ path }: { path: string[] }) => path.join('.');
    expect(result.issues.map(at)).toEqual([
      'view',
      'ttlSeconds',
      'rows.1.entity',
      'rows.1.eventTimestamp',
      'rows.1.values',
      'rows.2.eventTimestamp',
      'rows.2.values',
      'rows.3.values.',
      'rows.3.values.deep',
      'rows.3.values.long',
    ]);
    const { data } = await gateway.query(query, { view: 'users', entities: ['good'] });
    expect(data.features[0].values).toEqual([]);
  });

  it.each([
    ['more than 1000 entities', { entities: Array.from({ length: 1_001 }, String) }, ['entities']],
    ['no names', { names: [] }, ['names']],
    ['more than 200 names', { names: Array.from({ length: 201 }, String) }, ['names']],
    ['half a character', { entities: ['a', '\ud800'] }, ['entities', '1']],
    ['a view without a name', { view: '' }, ['view']],
  ])('are refused with %s', async (_, variables, argumentPath) => {
    const { data, errors } = await gateway.query(query, { view: 'users', entities: ['a'], ...variables });
    expect(data.features).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
  });

  it('that Redis holds in another form are an error of their entity alone', async () => {
    const { client, url = '' } = gateway.embedded.redis;
    const direct = client?.duplicate() ?? new Redis(url);
    await direct.hset('mg:feat:{users:strange}', 'v:a', 'oops');
    direct.disconnect();
    await put({ rows: [{ entity: 'fine', eventTimestamp: ago(1), values: { a: 1 } }] });
    const { data, errors } = await gateway.query(query, { view: 'users', entities: ['strange', 'fine'] });
    expect(data.features).toMatchObject([null, { entity: 'fine', values: [{ value: 1 }] }]);
    expect(errors).toMatchObject([
      { path: ['features', 0], extensions: { code: 'STORE_CORRUPT', store: 'REDIS', retryable: false } },
    ]);
  });

  it('are null with one error, and not written, while Redis is away', async () => {
    // A Redis in process cannot be away.
    if (gateway.embedded.redis.client) return;
    const away = await openTestGateway({
      data: 'nothing',
      environment: { REDIS_URL: 'redis://127.0.0.1:1' },
    });
    const read = await away.query(query, { view: 'users', entities: ['a', 'b'] });
    expect(read.data).toEqual({ features: null });
    expect(read.errors).toMatchObject([
      { path: ['features'], extensions: { code: 'STORE_UNAVAILABLE', store: 'REDIS', retryable: true } },
    ]);
    const rows = [{ entity: 'a', eventTimestamp: ago(1), values: { a: 1 } }];
    const written = await away.query(mutation, { input: { view: 'users', ttlSeconds: 60, rows } });
    expect(written.data).toEqual({ putFeatures: null });
    expect(written.errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', store: 'REDIS' } }]);
    await away.close();
  });
});
