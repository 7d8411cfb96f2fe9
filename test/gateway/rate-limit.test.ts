import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { type HttpServer, serve } from '../../src/http/serve.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

const keys = {
  ci: 'the-key-of-ci-16-or-more',
  bob: 'the-key-of-bob-16-or-more',
  fay: 'the-key-of-fay-16-or-more',
};
// A day's window gives less than a point back while a test runs.
const limited: Environment = {
  RATE_LIMIT_POINTS: '100',
  RATE_LIMIT_WINDOW_SECONDS: '86400',
  API_KEYS: Object.entries(keys)
    .map((pair) => pair.join(':'))
    .join(','),
  TRUSTED_PROXIES: '127.0.0.0/8',
  CORS_ORIGINS: 'https://app.example',
};
const key = (name: keyof typeof keys) => ({ 'x-api-key': keys[name] });

let gateway: TestGateway;
let second: Awaited<ReturnType<typeof openGateway>>;
const servers: HttpServer[] = [];
beforeAll(async () => {
  gateway = await openTestGateway({ environment: limited });
  const { postgres, mongo, redis } = gateway.embedded;
  second = await openGateway(
    readConfig({
      ...{ DATABASE_URL: postgres.url, MONGODB_URI: mongo.url, REDIS_URL: redis.url ?? 'redis://in-process' },
      ...{ POSTGRES_DEADLINE_MS: '5000', MONGODB_DEADLINE_MS: '5000', REDIS_DEADLINE_MS: '5000' },
      ...limited,
    }),
    { logger: pino({ level: 'silent' }), development: false, redisInProcess: redis.client?.duplicate() },
  );
  for (const { handler } of [gateway, second]) servers.push(await serve(handler, 0, '127.0.0.1'));
});
afterAll(async () => {
  for (const server of servers) await server.drain(0);
  await second.close();
  await gateway.close();
});

const addresses = Array.from({ length: 100 }, (_, n) => `198.51.100.${n}`);
/** Comes through a proxy that is trusted, from an address that nobody had before. */
const from = (address = addresses.pop() ?? '') => ({ 'x-forwarded-for': address });
const ask = (
  query: string,
  headers: Record<string, string>,
  { server = 0, accept = 'application/json' } = {},
) =>
  fetch(`http://127.0.0.1:${servers[server]?.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ query }),
  });
const state = '{ rateLimit { limit cost remaining resetAt scope degraded } }';
const limitOf = async (headers: Record<string, string>) =>
  (await (await ask(state, headers)).json()).data.rateLimit;
const page = (first: number) => `{ models(first: ${first}) { nodes { name } } }`;

describe('a caller', () => {
  it('gets exactly as much as there is, 64 at once and on whichever gateway', async () => {
    const headers = from();
    const answers = await Promise.all(
      Array.from({ length: 64 }, async (_, n) => {
        const statuses: number[] = [];
        for (let m = 0; m < 3; m += 1)
          statuses.push((await ask('{ __typename }', headers, { server: (n + m) % 2 })).status);
        return statuses;
      }),
    );
    const count = (status: number) => answers.flat().filter((each) => each === status).length;
    expect([count(200), count(429)]).toEqual([100, 92]);
  });

  it('sees what a request costs and what is left, in the answer and in its headers', async () => {
    const headers = from('203.0.113.7');
    const response = await ask(`{ models(first: 30) { nodes { name } } ${state.slice(1)}`, headers);
    expect(response.headers.get('ratelimit-policy')).toBe('"caller";q=100;w=86400');
    expect(response.headers.get('ratelimit')).toMatch(/^"caller";r=70;t=259(20|1\d)$/);
    expect(response.headers.get('retry-after')).toBeNull();
    const { data } = await response.json();
    expect(data.models.nodes).toHaveLength(30);
    expect(data.rateLimit).toEqual({
      ...{ limit: 100, cost: 30, remaining: 70, degraded: false, scope: 'address:203.0.113.7' },
      resetAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it.each(['application/json', 'application/graphql-response+json'])(
    'who asks for too much is told when to come again, and nothing is executed (%s)',
    async (accept) => {
      const headers = from();
      await ask(page(80), headers);
      let response = new Response();
      const calls = await storeCallsOf(async () => {
        response = await ask(page(30), headers, { accept });
      });
      expect(calls).toEqual([]);
      expect(response.status).toBe(429);
      const { data, errors } = await response.json();
      expect(data).toBeUndefined();
      expect(errors).toEqual([
        {
          message: expect.stringMatching(
            /^This request costs 30 points and you have 20 left\. Try again in \d+ ms/,
          ),
          extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) },
        },
      ]);
      const seconds = String(Math.ceil(errors[0].extensions.retryAfterMs / 1_000));
      expect(response.headers.get('retry-after')).toBe(seconds);
      expect(response.headers.get('ratelimit')).toBe(`"caller";r=20;t=${seconds}`);
      expect((await ask(page(20), headers)).status).toBe(200);
    },
  );

  it('of another origin’s page may read these headers', async () => {
    const response = await ask('{ __typename }', { ...from(), origin: 'https://app.example' });
    expect(response.headers.get('access-control-expose-headers')).toBe(
      'RateLimit, RateLimit-Policy, Retry-After',
    );
  });

  it('pays for what is not even valid, but not for health', async () => {
    const headers = from();
    await ask('{', headers);
    await ask('{ nobody }', headers);
    for (let n = 0; n < 3; n += 1)
      await fetch(`http://127.0.0.1:${servers[0]?.port}/health/ready`, { headers });
    expect(await limitOf(headers)).toMatchObject({ cost: 1, remaining: 97 });
  });

  it('costs the stores no more calls than without limits, as far as its answer tells', async () => {
    const query =
      '{ model(by: { name: "seed-model-0000001" }) { createdAt config { revision } serving { cacheHits } } }';
    let body: Awaited<ReturnType<TestGateway['query']>> = {};
    const calls = await storeCallsOf(async () => {
      body = await (await ask(query, from())).json();
    });
    expect(calls.map(({ store }) => store).sort()).toEqual(['MONGODB', 'POSTGRES', 'REDIS']);
    expect(body.extensions?.stores?.map((store) => store.calls)).toEqual([1, 1, 1]);
  });
});

describe('an API key', () => {
  it('has points of its own, from whatever address it comes', async () => {
    await ask(page(60), { ...key('ci'), ...from() });
    expect(await limitOf({ ...key('ci'), ...from() })).toMatchObject({ remaining: 39, scope: 'key:ci' });
    expect(await limitOf({ ...key('bob'), ...from() })).toMatchObject({ remaining: 99, scope: 'key:bob' });
  });

  it('that is wrong is 401, and not somebody without a key', async () => {
    const response = await ask('{ __typename }', { 'x-api-key': 'a key that nobody has' });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: expect.stringContaining('The API key in the header x-api-key is not known.'),
          extensions: { code: 'UNAUTHENTICATED', retryable: false },
        },
      ],
    });
    expect(response.headers.get('ratelimit')).toBeNull();
  });

  it('is who is named in the history, unless the request names another', async () => {
    const put = (name: string) =>
      `mutation { createModelVersion(input: { modelName: "${name}" }) { __typename } }`;
    await ask(put('seed-model-0000001'), key('fay'));
    await ask(put('seed-model-0000002'), { ...key('fay'), 'x-modelgraph-actor': 'eve' });
    const actors = async (name: string) =>
      (
        await (
          await ask(`{ model(by: { name: "${name}" }) { history(first: 1) { nodes { actor } } } }`, from())
        ).json()
      ).data.model.history.nodes;
    expect(await actors('seed-model-0000001')).toEqual([{ actor: 'fay' }]);
    expect(await actors('seed-model-0000002')).toEqual([{ actor: 'eve' }]);
  });
});

describe('addresses', () => {
  it('of one IPv6 network are one caller', async () => {
    await ask(page(10), from('2001:db8:1:2::1'));
    expect(await limitOf(from('2001:db8:1:2:ffff::9'))).toMatchObject({
      ...{ remaining: 89, scope: 'address:2001:db8:1:2::/64' },
    });
    expect(await limitOf(from('2001:db8:1:3::1'))).toMatchObject({ remaining: 99 });
  });

  it('that a caller makes up are not believed', async () => {
    await ask(page(10), from('192.0.2.1, 203.0.113.99'));
    expect(await limitOf(from('192.0.2.2, 203.0.113.99'))).toMatchObject({
      ...{ remaining: 89, scope: 'address:203.0.113.99' },
    });
  });

  it('are those of the socket where no proxy stands', async () => {
    expect(await limitOf({})).toMatchObject({ scope: 'address:127.0.0.1' });
  });
});

describe('without a limit', () => {
  it('nobody is counted, and no header says so', async () => {
    const free = await openTestGateway({ data: 'nothing' });
    try {
      const response = await free.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: state }),
      });
      expect(await response.json()).toMatchObject({ data: { rateLimit: null } });
      expect(response.headers.get('ratelimit')).toBeNull();
      expect(response.headers.get('ratelimit-policy')).toBeNull();
    } finally {
      await free.close();
    }
  });
});
