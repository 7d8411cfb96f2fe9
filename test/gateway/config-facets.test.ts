import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseModelName } from '../../src/model-name.ts';
import { headIdOf } from '../../src/stores/mongo/configs.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

const documents: Record<string, Record<string, unknown>> = {
  a: {
    optimizer: 'adam',
    rate: 0.1,
    layers: [{ units: 64, kind: 'dense' }, { units: 1 }],
    tags: ['x', 'y', 'x'],
  },
  b: { optimizer: 'adam', rate: 0.2, layers: [{ units: 32 }], tags: [], 'x.y': true },
  c: { optimizer: 'sgd', rate: 1.1, layers: [], tags: 'x', 'x.y': true },
  d: { optimizer: null, rate: '0.1', tags: [{ deep: 1 }, ['x'], 2], 'x.y': false },
  'e-last': { optimizer: { name: 'adam' }, rate: 0.1, huge: 1e308, 'x.y': 'true' },
  'f-last': { huge: -1e308 },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  const envelope = { framework: null, schemaVersion: 1, revision: 1, updatedAt: new Date() };
  await gateway.stores.mongo.bulk.write([
    ...Object.entries(documents).map(([modelName, document]) => {
      const _id = headIdOf(parseModelName(modelName, []));
      return { _id, kind: 'HEAD' as const, modelName, document, ...envelope };
    }),
    { _id: 'run', kind: 'RUN', modelName: 'a', document: { optimizer: 'adam' }, ...envelope },
  ]);
});
afterAll(() => gateway.close());

const query = `query ($path: String!, $filter: ModelFilter, $first: Int! = 20) {
  configFacets(path: $path, filter: $filter, first: $first) {
    path documents missing values { value count }
    numbers { count min max mean histogram { from to count } }
  }
}`;

async function facets(path: string, more: Record<string, unknown> = {}) {
  const { data, errors } = await gateway.query(query, { path, ...more });
  expect(errors).toBeUndefined();
  return data.configFacets;
}

const valuesOf = ({ values }: { values: { value: unknown; count: number }[] }) =>
  values.map(({ value, count }) => [value, count]);

describe('what documents hold at a path', () => {
  it('is told by value with counts, the most frequent first; an object is no value, null is one', async () => {
    const optimizers = await facets('/optimizer');
    expect(optimizers).toMatchObject({ path: '/optimizer', documents: 6, missing: 1, numbers: null });
    expect(valuesOf(optimizers)).toEqual([
      ['adam', 2],
      [null, 1],
      ['sgd', 1],
    ]);
    expect(valuesOf(await facets('/optimizer', { first: 1 }))).toEqual([['adam', 2]]);
  });

  it('counts members of arrays each for itself, but no arrays in arrays', async () => {
    const tags = await facets('/tags');
    expect(tags).toMatchObject({ documents: 6, missing: 3 });
    expect(valuesOf(tags)).toEqual([
      ['x', 3],
      [2, 1],
      ['y', 1],
    ]);
    expect(valuesOf(await facets('/layers/units'))).toEqual([
      [1, 1],
      [32, 1],
      [64, 1],
    ]);
    expect(valuesOf(await facets('/layers/0/units'))).toEqual([
      [32, 1],
      [64, 1],
    ]);
    expect(await facets('/layers/9/units')).toMatchObject({ documents: 6, missing: 6, values: [] });
    expect(valuesOf(await facets('/tags/1'))).toEqual([
      ['x', 1],
      ['y', 1],
    ]);
  });

  it('keeps types apart, and keys are keys', async () => {
    expect(valuesOf(await facets('/x.y'))).toEqual([
      [true, 2],
      ['true', 1],
      [false, 1],
    ]);
    expect(await facets('/x/y')).toMatchObject({ documents: 6, missing: 6 });
    expect(await facets('/constructor')).toMatchObject({ documents: 6, missing: 6, values: [] });
  });

  it('has a summary of its numbers, with a histogram of ten', async () => {
    const { numbers } = await facets('/rate');
    expect(numbers).toMatchObject({ count: 4, min: 0.1, max: 1.1 });
    expect(numbers.mean).toBeCloseTo(0.375);
    const { histogram } = numbers;
    expect(histogram.map(({ count }: { count: number }) => count)).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(histogram[0]).toMatchObject({ from: 0.1, to: expect.closeTo(0.2) });
    expect(histogram[9]).toMatchObject({ from: expect.closeTo(1), to: 1.1 });
  });

  it('has one bucket when all numbers are the same, and bears the widest range', async () => {
    const same = await facets('/rate', { filter: { name: { in: ['a', 'e-last'] } } });
    expect(same.numbers).toMatchObject({ count: 2, histogram: [{ from: 0.1, to: 0.1, count: 2 }] });
    const { numbers } = await facets('/huge');
    expect(numbers).toMatchObject({ count: 2, min: -1e308, max: 1e308, mean: 0 });
    expect(numbers.histogram.map(({ count }: { count: number }) => count)).toEqual([
      1, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ]);
  });

  it('is counted over the models that the filter lets through', async () => {
    const filter = {
      or: [{ config: [{ path: '/rate', number: { gte: 0.2 } }] }, { name: { startsWith: 'd' } }],
      not: { name: { eq: 'c' } },
    };
    expect(await facets('/optimizer', { filter })).toMatchObject({
      documents: 2,
      missing: 0,
      values: [
        { value: null, count: 1 },
        { value: 'adam', count: 1 },
      ],
    });
    const none = await facets('/optimizer', { filter: { name: { eq: 'nobody' } } });
    expect(none).toEqual({ path: '/optimizer', documents: 0, missing: 0, values: [], numbers: null });
  });

  it('costs one call to MongoDB and none to the others, for several paths too', async () => {
    const calls = await storeCallsOf(async () => {
      const { errors } = await gateway.query(
        '{ a: configFacets(path: "/rate") { documents } b: configFacets(path: "/tags") { values { count } } }',
      );
      expect(errors).toBeUndefined();
    });
    expect(calls).toMatchObject([
      { store: 'MONGODB', operation: 'readConfigFacets', keys: 2, outcome: 'OK' },
    ]);
  });

  it.each<[Record<string, unknown>, string[], RegExp]>([
    [{ path: 'rate' }, ['path'], /must begin with/],
    [{ path: '' }, ['path'], /into the document/],
    [{ path: '/rate', first: 0 }, ['first'], /1 to 100/],
    [{ path: '/rate', first: 101 }, ['first'], /1 to 100/],
    [
      { path: '/rate', filter: { tags: [{ key: 'a' }] } },
      ['filter', 'tags'],
      /cannot be pushed down to MongoDB/,
    ],
    [
      { path: '/rate', filter: { or: [{ name: { eq: 'a' } }, { not: { deployedTo: 'STAGING' } }] } },
      ['filter', 'or', '1', 'not', 'deployedTo'],
      /cannot be pushed down to MongoDB/,
    ],
  ])('is refused for %j', async (variables, argumentPath, message) => {
    const calls = await storeCallsOf(async () => {
      const { data, errors } = await gateway.query(query, variables);
      expect(data).toEqual({ configFacets: null });
      expect(errors?.[0]?.message).toMatch(message);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath });
    });
    expect(calls).toEqual([]);
  });
});
