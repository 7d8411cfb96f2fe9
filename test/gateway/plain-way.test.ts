import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { type HttpServer, serve } from '../../src/http/serve.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

const apiKey = 'the-key-of-ci-16-or-more';
// With a query of its own it is not plain, and means the same.
const ways = { plain: '/graphql', yoga: '/graphql?way=yoga' };

let stores: TestGateway;
let gateway: Awaited<ReturnType<typeof openGateway>>;
let server: HttpServer;
/** What Yoga says while it handles a request, and what is logged. */
let log: string[] = [];
beforeAll(async () => {
  stores = await openTestGateway({ data: 'generated', development: false });
  const { postgres, mongo, redis } = stores.embedded;
  gateway = await openGateway(
    readConfig({
      ...{ DATABASE_URL: postgres.url, MONGODB_URI: mongo.url, REDIS_URL: redis.url ?? 'redis://in-process' },
      ...{ POSTGRES_DEADLINE_MS: '5000', MONGODB_DEADLINE_MS: '5000', REDIS_DEADLINE_MS: '5000' },
      ...{ RATE_LIMIT_POINTS: '100', RATE_LIMIT_WINDOW_SECONDS: '86400' },
      ...{ API_KEYS: `ci:${apiKey}`, TRUSTED_PROXIES: '127.0.0.0/8' },
      ...{ CORS_ORIGINS: 'https://app.example', MAX_BODY_BYTES: '100000' },
    }),
    {
      logger: pino({ level: 'trace' }, { write: (line) => void log.push(line) }),
      development: false,
      redisInProcess: redis.client?.duplicate(),
    },
  );
  server = await serve(gateway.handler, 0, '127.0.0.1');
});
afterAll(async () => {
  await server.drain(0);
  await gateway.close();
  await stores.close();
});
beforeEach(() => {
  log = [];
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const ask = (path: string, body: string | Buffer, headers: Record<string, string | number> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const asked = request(
      `http://127.0.0.1:${server.port}${path}`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...length, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });

const timesThroughYoga = () => log.filter((line) => line.includes('Parsing request')).length;
const comparable = ({ status, headers, body }: Answer) => ({
  status,
  body,
  // Their order, too.
  headers: Object.entries(headers).map(([name, value]) => {
    if (name === 'date') return [name];
    return [name, String(value).replace(/dur=[\d.]+/g, 'dur=')];
  }),
});

let callers = 0;
/** A caller of its own, whose points are all there. */
const newcomer = () => {
  callers += 1;
  return { 'x-forwarded-for': `198.51.${Math.floor(callers / 200)}.${callers % 200}` };
};

/** The answer of the plain way, once Yoga has answered the same, and that of Yoga; and whether the first was without Yoga. */
async function bothWays(body: string | Buffer, headers: Record<string, string | number> = {}) {
  await ask(ways.plain, body, { ...newcomer(), ...headers });
  log = [];
  const viaYoga = await ask(ways.yoga, body, { ...newcomer(), ...headers });
  if (viaYoga.status === 200) expect(timesThroughYoga()).toBe(1);
  log = [];
  const plain = await ask(ways.plain, body, { ...newcomer(), ...headers });
  // Callers differ, and an API key has fewer points each time.
  const own = /address:[\d.]+|r=\d+;t=\d+/g;
  expect(JSON.stringify(comparable(plain)).replace(own, '')).toBe(
    JSON.stringify(comparable(viaYoga)).replace(own, ''),
  );
  return { plain, short: timesThroughYoga() === 0 };
}

const model = `query Model($name: String!, $config: Boolean = true) {
  model(by: { name: $name }) {
    name createdAt config @include(if: $config) { revision } serving { predictionCount } topFeatures: serving { cacheHits }
  }
}`;
const two = 'query A { a: __typename } query B { b: __typename rateLimit { cost remaining scope } }';
const typename = '{ __typename }';

describe('a request that was answered before takes the short way, and has the same answer', () => {
  it.each<[string, object, Record<string, string>?]>([
    ['the smallest', { query: typename }],
    ['three stores', { query: model, variables: { name: 'seed-model-0000001' } }],
    ['other variables', { query: model, variables: { name: 'seed-model-0000002', config: false } }],
    ['one of two operations', { query: two, operationName: 'B' }],
    ['what is null', { query: typename, operationName: null, variables: null }],
    ['letters of all kinds', { query: `# 日本 🦊\n${typename}`, variables: { é: '日本 🦊' } }],
    ['any type', { query: typename }, { accept: '*/*' }],
    ['JSON', { query: typename }, { accept: 'application/json' }],
    ['its own type', { query: typename }, { accept: 'application/graphql-response+json' }],
    [
      'one type, or another',
      { query: typename },
      { accept: 'application/graphql-response+json, application/json;q=0.9' },
    ],
    ['JSON in UTF-8', { query: typename }, { 'content-type': 'application/json; charset=utf-8' }],
    ['who asks', { query: '{ rateLimit { limit cost remaining scope degraded } }' }],
    ['an API key', { query: '{ rateLimit { limit scope } }' }, { 'x-api-key': apiKey }],
  ])('%s', async (_, body, headers) => {
    const { plain, short } = await bothWays(JSON.stringify(body), headers);
    expect([plain.status, short]).toEqual([200, true]);
  });
});

describe('anything else is Yoga’s, and has the same answer', () => {
  const known = JSON.stringify({ query: typename });
  it.each<[string, string | Buffer, number, Record<string, string>?]>([
    ['malformed JSON', '{"query":', 400],
    ['no body', '', 400],
    ['a byte order mark', `\uFEFF${known}`, 400],
    ['no UTF-8', Buffer.from(`${known}\xff`, 'latin1'), 400],
    ['no object', '"{ __typename }"', 400],
    ['null', 'null', 400],
    ['no query', '{}', 400],
    ['a query that is no text', '{"query":1}', 400],
    ['another parameter', JSON.stringify({ query: typename, id: 'x' }), 400],
    ['extensions', JSON.stringify({ query: typename, extensions: {} }), 200],
    ['a batch', `[${known}]`, 400],
    ['a syntax error', '{"query":"{"}', 400],
    ['what is not valid', '{"query":"{ nobody }"}', 400],
    ['variables that are a list', JSON.stringify({ query: typename, variables: [] }), 400],
    ['variables that are a number', JSON.stringify({ query: typename, variables: 1 }), 400],
    ['a name that is a number', JSON.stringify({ query: typename, operationName: 1 }), 400],
    ['an unknown operation', JSON.stringify({ query: two, operationName: 'C' }), 400],
    ['no operation of two', JSON.stringify({ query: two }), 400],
    ['a variable that is missing', JSON.stringify({ query: model }), 400],
    ['a variable of another type', JSON.stringify({ query: model, variables: { name: 1 } }), 400],
    ['an unknown model', JSON.stringify({ query: '{ model(by: { name: "nobody" }) { createdAt } }' }), 200],
    ['a model that is none', JSON.stringify({ query: model, variables: { name: '' } }), 200],
    ['a wrong key', known, 401, { 'x-api-key': 'none' }],
    ['another page', known, 200, { origin: 'https://app.example' }],
    ['what it cost', JSON.stringify({ query: typename }), 200, { 'x-modelgraph-stores': '1' }],
    ['a type that it does not have', known, 406, { accept: 'text/html' }],
    ['a stream', known, 200, { accept: 'text/event-stream' }],
    ['parts', known, 200, { accept: 'multipart/mixed' }],
    ['another charset', known, 200, { 'content-type': 'application/json; charset=latin1' }],
    ['another content type', known, 403, { 'content-type': 'text/plain' }],
    [
      'a body over the limit',
      JSON.stringify({ query: typename, variables: { a: 'x'.repeat(100_000) } }),
      413,
    ],
    ['a large body', JSON.stringify({ query: typename, variables: { a: 'x'.repeat(90_000) } }), 200],
  ])('%s', async (_, body, status, headers) => {
    for (const query of [typename, two]) await ask(ways.plain, JSON.stringify({ query }), newcomer());
    const { plain } = await bothWays(body, { accept: 'application/graphql-response+json', ...headers });
    expect(plain.status).toBe(status);
  });
});

describe('what the short way cannot answer itself', () => {
  const failing = JSON.stringify({
    query:
      'mutation ($name: String!) { a: reconcileModel(name: $name) { __typename } b: reconcileModel(name: "") { __typename } }',
    variables: { name: 'seed-model-0000003' },
  });

  it('is executed once, paid once, and told by Yoga', async () => {
    await ask(ways.plain, failing, newcomer());
    let [viaYoga, plain] = [await ask(ways.yoga, failing, newcomer()), undefined as Answer | undefined];
    const caller = newcomer();
    const calls = await storeCallsOf(async () => {
      plain = await ask(ways.plain, failing, caller);
    });
    const callsOfYoga = await storeCallsOf(async () => {
      viaYoga = await ask(ways.yoga, failing, newcomer());
    });
    expect(plain && comparable(plain)).toEqual(comparable(viaYoga));
    const operations = (all: typeof calls) => all.map(({ operation }) => operation).sort();
    expect(operations(calls)).toEqual(operations(callsOfYoga));
  });

  it('is refused when too much was asked', async () => {
    const body = JSON.stringify({
      query: '{ models(first: 60) { nodes { name } } rateLimit { remaining } }',
    });
    const answers = { plain: [] as Answer[], yoga: [] as Answer[] };
    for (const way of ['plain', 'yoga'] as const) {
      await ask(ways[way], body, newcomer());
      const caller = newcomer();
      for (let n = 0; n < 2; n += 1) answers[way].push(await ask(ways[way], body, caller));
    }
    expect(answers.plain.map(({ status }) => status)).toEqual([200, 429]);
    const told = (answer: Answer | undefined) =>
      answer && JSON.stringify(comparable(answer)).replace(/in \d+ ms|Ms\W+\d+|t=\d+|,"\d+"/g, '');
    expect(answers.plain.map(told)).toEqual(answers.yoga.map(told));
  });
});

describe('a client that goes away', () => {
  it.each([
    ['in the middle of its body', 10],
    ['before its answer', 0],
  ])('%s leaves the server as it was', async (_, missing) => {
    const body = JSON.stringify({ query: model, variables: { name: 'seed-model-0000001' } });
    await ask(ways.plain, body, newcomer());
    log = [];
    for (let n = 0; n < 20; n += 1)
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => {
          socket.write(
            `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, body.length - missing)}`,
          );
          setTimeout(() => socket.destroy(), n % 5);
        });
        socket.on('close', () => resolve());
      });
    expect((await ask(ways.plain, body, newcomer())).status).toBe(200);
    expect([timesThroughYoga(), log]).toEqual([0, []]);
  });
});
