import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createModelVersion } from '../../src/operations/create-model-version.ts';
import { deployModelVersion } from '../../src/operations/deploy-model-version.ts';
import { putFeatures } from '../../src/operations/put-features.ts';
import { setModelAlias } from '../../src/operations/set-model-alias.ts';
import { type ModelServer, openModelServer } from '../support/model-server.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let server: ModelServer;
const context = () => ({ stores: gateway.stores, actor: null });

beforeAll(async () => {
  server = await openModelServer();
  gateway = await openTestGateway({
    data: 'nothing',
    environment: { INFERENCE_ENDPOINTS: server.url, SUBJECT_LIMIT_POINTS: '50' },
  });
  for (const tags of [[], [{ key: 'prediction_ttl_seconds', value: '20' }], []])
    await createModelVersion(context(), { modelName: 'm', tags });
  for (const [number, environment, trafficPercent] of [
    [1, 'PRODUCTION', 100],
    [2, 'STAGING', 100],
    [2, 'PRODUCTION', 0],
  ] as const)
    await deployModelVersion(context(), {
      ...{ modelName: 'm', ref: { number }, environment, trafficPercent, endpoint: server.url },
    });
  await setModelAlias(context(), { modelName: 'm', alias: 'next', version: 2 });
});
afterAll(async () => {
  await gateway.close();
  await server.close();
});
beforeEach(() => {
  server.computed.length = 0;
});

const fields = `__typename ... on Prediction { modelVersion cacheStatus ageMs ttlSeconds latencyMs expiredFeatures
    outputs { name datatype shape data } }
  ... on Error { code message } ... on InvalidInputError { issues { path message } }
  ... on NotFoundError { entity key } ... on UpstreamError { retryable }`;
const serveMany = (inputs: readonly object[]) =>
  gateway.query(
    `mutation ($inputs: [PredictionInput!]!) { results: servePredictions(inputs: $inputs) { ${fields} } }`,
    {
      inputs,
    },
  );
const serve = async (input: object) => {
  const { data, errors } = await gateway.query(
    `mutation ($input: PredictionInput!) { result: servePrediction(input: $input) { ${fields} } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.result;
};
let fresh = 0;
/** Numbers that nobody has asked for yet. */
const features = () => ({ features: [++fresh, 0.5] });
const ofVersion = (number: number) => ({ modelName: 'm', ref: { number } });

describe('a prediction', () => {
  it('is computed once, and given again bit for bit', async () => {
    const data = ['NaN', '-Infinity', '1e308', '-0', 0.1, 5e-324];
    const inputs = { tensors: [{ name: 'x', datatype: 'FP64', shape: [2, 3], data }] };
    const [miss, hit] = [await serve({ modelName: 'm', inputs }), await serve({ modelName: 'm', inputs })];
    expect(miss).toMatchObject({
      __typename: 'Prediction',
      modelVersion: 1,
      cacheStatus: 'MISS',
      expiredFeatures: [],
    });
    expect(hit).toMatchObject({ modelVersion: 1, cacheStatus: 'HIT' });
    expect(hit.outputs).toEqual(miss.outputs);
    expect(miss.outputs).toEqual([
      { name: 'version', datatype: 'INT64', shape: [1], data: [1] },
      { name: 'y', datatype: 'FP64', shape: [2, 3], data: ['NaN', '-Infinity', 1e308, 0, 0.1, 5e-324] },
    ]);
    expect(server.computed).toHaveLength(1);
    expect(hit.ttlSeconds).toBeGreaterThan(260);
    expect(hit.ttlSeconds).toBeLessThanOrEqual(300);
  });

  it('is another’s never: not of another version, of other inputs, nor for another model', async () => {
    const inputs = features();
    const asked = [
      { modelName: 'm', inputs },
      { ...ofVersion(2), inputs },
      { modelName: 'm', inputs: features() },
      { modelName: 'm', inputs: { features: [...inputs.features].reverse() } },
    ];
    for (const input of asked) expect(await serve(input)).toMatchObject({ cacheStatus: 'MISS' });
    for (const input of asked) expect(await serve(input)).toMatchObject({ cacheStatus: 'HIT' });
    expect(new Set(server.computed).size).toBe(4);
  });

  it('is the same for two subjects who ask the same, and each is told only what it was answered', async () => {
    const inputs = features();
    const [ada, bob] = ['ada', 'bob'].map((subject) => ({ ...ofVersion(1), subject, inputs }));
    expect(await serve(ada as object)).toMatchObject({ cacheStatus: 'MISS' });
    expect(await serve(bob as object)).toMatchObject({ cacheStatus: 'HIT' });
    await serve({ ...ada, inputs: { features: [77, 1] } });
    const last = async (subject: string) => {
      const { data } = await gateway.query(
        `query ($subject: String!) { last: lastPrediction(modelName: "m", subject: $subject) {
          modelVersion cacheStatus outputs { name data } } }`,
        { subject },
      );
      return data.last;
    };
    expect((await last('ada')).outputs[1].data).toEqual([77, 1]);
    expect((await last('bob')).outputs[1].data).toEqual(inputs.features);
    expect(await last('nobody')).toBeNull();
  });

  it('is of the version that an alias points at, that is the latest, or that has the traffic', async () => {
    const inputs = features();
    expect(await serve({ modelName: 'm', ref: { alias: 'next' }, inputs })).toMatchObject({
      modelVersion: 2,
    });
    expect(await serve({ modelName: 'm', inputs })).toMatchObject({ modelVersion: 1 });
    // The latest, version 3, is nowhere deployed.
    expect(await serve({ modelName: 'm', ref: { latest: true }, inputs })).toMatchObject({
      __typename: 'NotFoundError',
      entity: 'Deployment',
      key: 'm version 3, active and with an endpoint',
    });
  });

  it('passes the cache when it shall, and replaces what is kept when it shall', async () => {
    const inputs = features();
    const statuses: string[] = [];
    for (const cache of ['BYPASS', 'DEFAULT', 'BYPASS', 'REFRESH', 'DEFAULT'])
      statuses.push((await serve({ modelName: 'm', inputs, cache })).cacheStatus);
    expect(statuses).toEqual(['BYPASS', 'MISS', 'BYPASS', 'MISS', 'HIT']);
    expect(server.computed).toHaveLength(4);
    expect((await serve({ modelName: 'm', inputs, cache: 'BYPASS' })).ttlSeconds).toBeNull();
  });

  it('may be given for as long as the call says, else the version’s tag, a tenth less at most', async () => {
    const ttlOf = async (input: object) => (await serve({ ...input, inputs: features() })).ttlSeconds;
    for (const [input, seconds] of [
      [{ modelName: 'm' }, 300],
      [{ modelName: 'm', ttlSeconds: 1000 }, 1000],
      [ofVersion(2), 20],
      [{ ...ofVersion(2), ttlSeconds: 100 }, 100],
    ] as const) {
      const ttl = await ttlOf(input);
      expect(ttl).toBeGreaterThanOrEqual(0.9 * seconds);
      expect(ttl).toBeLessThanOrEqual(seconds);
    }
  });

  it('is looked for without being computed or counted', async () => {
    const input = { ...ofVersion(1), inputs: features() };
    const peek = async () =>
      (
        await gateway.query(
          `query ($input: PredictionInput!) { cached: cachedPrediction(input: $input) { modelVersion cacheStatus } }`,
          { input },
        )
      ).data.cached;
    expect(await peek()).toBeNull();
    await serve(input);
    expect(await peek()).toEqual({ modelVersion: 1, cacheStatus: 'HIT' });
    expect(server.computed).toHaveLength(1);
  });

  it('is counted once, as a hit or a miss', async () => {
    const counters = async () =>
      (
        await gateway.query(
          '{ model(by: { name: "m" }) { serving { predictionCount cacheHits cacheMisses lastPredictionAt } } }',
        )
      ).data.model.serving;
    const before = await counters();
    const input = { ...ofVersion(1), inputs: features() };
    await serveMany([input, input, input]);
    await serve(input);
    await serve({ ...input, cache: 'BYPASS' });
    await expect
      .poll(async () => Number((await counters()).predictionCount))
      .toBe(Number(before.predictionCount) + 5);
    const after = await counters();
    expect(Number(after.cacheHits) - Number(before.cacheHits)).toBe(3);
    expect(Number(after.cacheMisses) - Number(before.cacheMisses)).toBe(2);
    expect(Date.parse(after.lastPredictionAt)).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('predictions in a list', () => {
  it('are computed side by side, equal ones once, each with its own outcome', async () => {
    const inputs = features();
    server.delayMs = 30;
    const { data } = await serveMany([
      { modelName: 'm', inputs },
      { modelName: 'nowhere', inputs },
      { modelName: 'm', inputs },
      { modelName: 'm', inputs: features() },
      { modelName: 'm', inputs: { features: [] } },
    ]);
    server.delayMs = 0;
    expect(
      data.results.map(
        (result: { cacheStatus?: string; code?: string }) => result.cacheStatus ?? result.code,
      ),
    ).toEqual(['MISS', 'NOT_FOUND', 'COALESCED', 'MISS', 'INVALID_INPUT']);
    expect(server.computed).toHaveLength(2);
  });

  it('that are kept are read from Redis in one round trip, whatever their number', async () => {
    const asked = Array.from({ length: 100 }, () => ({ modelName: 'm', inputs: features() }));
    await serveMany(asked);
    // So that this process may no longer answer by itself.
    await new Promise((resolve) => setTimeout(resolve, 60));
    const calls = await storeCallsOf(async () => {
      const { data } = await serveMany(asked);
      expect(new Set(data.results.map(({ cacheStatus }: { cacheStatus: string }) => cacheStatus))).toEqual(
        new Set(['HIT']),
      );
    });
    expect(calls.map(({ store, operation }) => `${store} ${operation}`)).toEqual([
      'REDIS readRouteToken+readPrediction',
    ]);
  });

  it('can be 100 at most', async () => {
    const { errors } = await serveMany(
      Array.from({ length: 101 }, () => ({ modelName: 'm', inputs: features() })),
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['inputs'] });
  });
});

describe('a prediction by an entity’s features', () => {
  const view = 'rows';
  const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
  const put = (entity: string, secondsAgo: number, values: object) =>
    putFeatures(context(), {
      view,
      ttlSeconds: 100,
      rows: [{ entity, eventTimestamp: at(secondsAgo), values }],
    });
  const by = (entity: string, more: object = {}) => ({
    ...ofVersion(1),
    inputs: { entity: { view, entity, names: ['a', 'b'], ...more } },
  });

  it('takes them in the order of their names, and is another when a later event changes one', async () => {
    await put('x', 20, { a: 1.5, b: [2, 'NaN'] });
    const first = await serve(by('x'));
    expect(first).toMatchObject({ cacheStatus: 'MISS', expiredFeatures: [] });
    expect(first.outputs[1].data).toEqual([1.5, 2, 'NaN']);
    expect(await serve(by('x'))).toMatchObject({ cacheStatus: 'HIT' });
    // The same value, of a later event.
    await put('x', 10, { a: 1.5 });
    expect(await serve(by('x'))).toMatchObject({ cacheStatus: 'MISS' });
  });

  it('refuses values that are too old, and flags them when they are allowed', async () => {
    await put('old', 500, { a: 1 });
    await put('old', 10, { b: 2 });
    expect(await serve(by('old'))).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [
        {
          path: ['inputs', 'entity', 'names', '0'],
          message: expect.stringContaining('older than the view allows'),
        },
      ],
    });
    const flagged = await serve(by('old', { allowExpired: true }));
    expect(flagged).toMatchObject({ cacheStatus: 'MISS', expiredFeatures: ['a'] });
    expect(flagged.outputs[1].data).toEqual([1, 2]);
  });

  it('refuses what is not there or no number, each at its path', async () => {
    await put('odd', 10, { a: 'text' });
    expect(await serve(by('odd'))).toMatchObject({
      issues: [
        { path: ['inputs', 'entity', 'names', '0'], message: '"a" is no number and no list of numbers' },
        { path: ['inputs', 'entity', 'names', '1'], message: '"odd" has no "b" in this view' },
      ],
    });
    expect(server.computed).toEqual([]);
  });
});

describe('what is asked wrongly', () => {
  const tensor = (more: object) => ({
    ...ofVersion(1),
    inputs: { tensors: [{ name: 'x', datatype: 'FP64', shape: [1, 2], data: [1, 2], ...more }] },
  });
  const many = Array.from({ length: 100_001 }, () => 1);
  it.each([
    ['an unknown model', { modelName: 'nowhere' }, 'NotFoundError', { entity: 'ModelInfo', key: 'nowhere' }],
    ['an unknown version', ofVersion(9), 'NotFoundError', { entity: 'ModelVersion', key: 'm version 9' }],
    ['an unknown alias', { modelName: 'm', ref: { alias: 'b' } }, 'NotFoundError', { key: 'm alias "b"' }],
    [
      'another shape',
      tensor({ shape: [2], data: [1, 2] }),
      'InvalidInputError',
      { path: ['inputs', 'tensors', '0', 'shape'] },
    ],
    [
      'too few elements',
      tensor({ data: [1] }),
      'InvalidInputError',
      { path: ['inputs', 'tensors', '0', 'data'] },
    ],
    [
      'another datatype',
      tensor({ datatype: 'INT32' }),
      'InvalidInputError',
      { path: ['inputs', 'tensors', '0', 'datatype'] },
    ],
    [
      'an element that is none',
      tensor({ data: [1, 'a'] }),
      'InvalidInputError',
      { path: ['inputs', 'tensors', '0', 'data', '1'] },
    ],
    [
      'another name',
      tensor({ name: 'z' }),
      'InvalidInputError',
      { path: ['inputs', 'tensors', '0', 'name'] },
    ],
    [
      'too many elements',
      tensor({ shape: [1, 100_001], data: many }),
      'InvalidInputError',
      { path: ['inputs', 'tensors', '0', 'shape'] },
    ],
    [
      'too many features',
      { ...ofVersion(1), inputs: { features: many } },
      'InvalidInputError',
      { path: ['inputs', 'features'] },
    ],
    ['a lifetime of 0', { ...ofVersion(1), ttlSeconds: 0 }, 'InvalidInputError', { path: ['ttlSeconds'] }],
    [
      'a negative lifetime',
      { ...ofVersion(1), ttlSeconds: -1 },
      'InvalidInputError',
      { path: ['ttlSeconds'] },
    ],
    [
      'a lifetime of a year',
      { ...ofVersion(1), ttlSeconds: 31_536_000 },
      'InvalidInputError',
      { path: ['ttlSeconds'] },
    ],
    [
      'a subject with control characters',
      { ...ofVersion(1), subject: 'a\u0007' },
      'InvalidInputError',
      { path: ['subject'] },
    ],
    [
      'a view whose name is none',
      { ...ofVersion(1), inputs: { entity: { view: '{', entity: 'e', names: ['a'] } } },
      'InvalidInputError',
      { path: ['inputs', 'entity', 'view'] },
    ],
    [
      'an unknown view',
      { ...ofVersion(1), inputs: { entity: { view: 'none', entity: 'e', names: ['a'] } } },
      'InvalidInputError',
      { path: ['inputs', 'entity', 'names', '0'] },
    ],
  ])('is told what is wrong: %s', async (_, input, typeName, told) => {
    const result = await serve({ inputs: features(), ...input });
    expect(result.__typename).toBe(typeName);
    expect(typeName === 'InvalidInputError' ? result.issues[0] : result).toMatchObject(told);
    expect(server.computed).toEqual([]);
  });

  it('a subject that asks too often is told when it may again, and nobody else', async () => {
    const ask = (subject: string) => ({ ...ofVersion(1), subject, inputs: { features: [1, 1] } });
    const all = await serveMany(Array.from({ length: 50 }, () => ask('greedy')));
    expect(all.errors).toBeUndefined();
    const { data, errors } = await serveMany([
      ...Array.from({ length: 9 }, () => ask('greedy')),
      ask('modest'),
    ]);
    expect(data.results.map((result: object | null) => result !== null)).toEqual([
      ...Array.from({ length: 9 }, () => false),
      true,
    ]);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
  });
});

describe('an endpoint', () => {
  it('that the gateway may not ask is never asked', async () => {
    for (const endpoint of ['http://169.254.169.254/latest', 'onnx:../../etc/passwd'])
      expect(
        await deployModelVersion(context(), {
          ...{ modelName: 'm', ref: { number: 3 }, environment: 'DEVELOPMENT', trafficPercent: 1, endpoint },
        }),
      ).not.toHaveProperty('problem');
    expect(await serve({ ...ofVersion(3), inputs: features() })).toMatchObject({
      __typename: 'UpstreamError',
      retryable: false,
    });
    const bad = await deployModelVersion(context(), {
      ...{
        modelName: 'm',
        ref: { number: 3 },
        environment: 'DEVELOPMENT',
        trafficPercent: 1,
        endpoint: 'file:///etc/passwd',
      },
    });
    expect(bad).toMatchObject({ problem: 'InvalidInputError', issues: [{ path: ['endpoint'] }] });
  });

  it('tells what it takes, and whether it would answer', async () => {
    const { data, errors } = await gateway.query(`{ model(by: { name: "m" }) {
      one: version(ref: { number: 1 }) { signature { platform inputs { name datatype shape } outputs { name } } }
      three: version(ref: { number: 3 }) { signature { platform } }
      deployments(environment: PRODUCTION, first: 2) { nodes { ready } } } }`);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_FAILED']);
    expect(data.model.one.signature).toEqual({
      platform: 'test',
      inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, -1] }],
      outputs: [{ name: 'version' }, { name: 'y' }],
    });
    expect(data.model.three.signature).toBeNull();
    expect(data.model.deployments.nodes).toEqual([{ ready: true }, { ready: true }]);
  });
});
