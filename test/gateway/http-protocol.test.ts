import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../src/http/serve.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({
    development: false,
    environment: { CORS_ORIGINS: 'https://app.example', MAX_BODY_BYTES: '2000000' },
  });
});
afterAll(() => gateway.close());

const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json) =>
  // A copy: the request writes its length into what it is given.
  gateway.fetch('/graphql', { method: 'POST', headers: { ...headers }, body });
const typename = JSON.stringify({ query: '{ __typename }' });
const unified = JSON.stringify({
  query:
    '{ model(by: { name: "seed-model-0000001" }) { createdAt config { revision } serving { predictionCount } } }',
});

describe('a request that is not GraphQL over HTTP', () => {
  it.each([
    ['malformed JSON', '{"query":', json, 400],
    ['no body', '', json, 400],
    ['no query', '{}', json, 400],
    ['a query that is no text', '{"query": 1}', json, 400],
    ['a syntax error', '{"query": "{"}', json, 400],
    ['an unknown operation', '{"query": "query A { __typename }", "operationName": "B"}', json, 400],
    ['an unsupported content type', '<query/>', { 'content-type': 'application/xml' }, 415],
    [
      'a body over the limit',
      JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(2_000_000) } }),
      json,
      413,
    ],
    [
      'a query over its own',
      JSON.stringify({ query: `{ __typename } #${'x'.repeat(1_000_000)}` }),
      json,
      413,
    ],
  ])('is answered by its status: %s', async (_, body, headers, status) => {
    const response = await post(body, { ...headers, accept: 'application/graphql-response+json' });
    expect(response.status).toBe(status);
  });

  it('is answered as long as only its variables are large', async () => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(1_900_000) } });
    expect((await post(body)).status).toBe(200);
  });

  it('without its length is read as far as the limit, and answered when it is over', async () => {
    const server = await serve(gateway.handler, 0, '127.0.0.1');
    const streamed = (characters: number) => {
      const variables = { a: 'é'.repeat(characters) };
      const bytes = new TextEncoder().encode(JSON.stringify({ query: '{ __typename }', variables }));
      const body = new ReadableStream({
        start(controller) {
          // Cut where it may be in the middle of a character.
          for (let at = 0; at < bytes.length; at += 9_999) controller.enqueue(bytes.subarray(at, at + 9_999));
          controller.close();
        },
      });
      const init = { method: 'POST', headers: { ...json }, body, duplex: 'half' };
      return fetch(`http://127.0.0.1:${server.port}/graphql`, init as RequestInit);
    };
    const small = await streamed(900_000);
    expect([small.status, await small.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
    const large = await streamed(5_000_000);
    expect([large.status, await large.json()]).toMatchObject([
      413,
      { errors: [{ message: expect.stringContaining('at most 2000000 bytes') }] },
    ]);
    expect((await streamed(10)).status).toBe(200);
    await server.drain(1_000);
  });

  it('by a method that GraphQL does not use is 405', async () => {
    expect((await gateway.fetch('/graphql', { method: 'PUT', headers: json, body: typename })).status).toBe(
      405,
    );
  });

  it('to another path is 404', async () => {
    expect(
      (await gateway.fetch('/elsewhere', { method: 'POST', headers: json, body: typename })).status,
    ).toBe(404);
  });
});

describe('a foreign page', () => {
  it('cannot make a browser ask without showing that it means to', async () => {
    const simple = [
      gateway.fetch('/graphql?query={__typename}'),
      post('query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }),
      post(typename, { 'content-type': 'text/plain' }),
    ];
    for (const response of await Promise.all(simple)) expect(response.status).toBe(403);
    const meant = await gateway.fetch('/graphql?query={__typename}', {
      headers: { 'x-graphql-yoga-csrf': '1' },
    });
    expect(meant.status).toBe(200);
  });

  it('may read answers only when its origin is allowed', async () => {
    const allowed = await post(typename, { ...json, origin: 'https://app.example' });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const foreign = await post(typename, { ...json, origin: 'https://evil.example' });
    expect(foreign.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    expect(foreign.headers.get('access-control-allow-origin')).not.toBe('*');
  });
});

describe('what an answer cost', () => {
  it('stands in Server-Timing always', async () => {
    const timing = (await post(unified)).headers.get('server-timing');
    expect(timing).toMatch(
      /^postgres;dur=[\d.]+;desc="calls=1 keys=1", mongodb;dur=[\d.]+;desc="calls=1 keys=1", redis;dur=[\d.]+;desc="calls=1 keys=1"$/,
    );
  });

  it('stands in extensions.stores when asked for, and in production not otherwise', async () => {
    const plain = await (await post(unified)).json();
    expect(plain.extensions).toBeUndefined();
    const asked = await (await post(unified, { ...json, 'x-modelgraph-stores': '1' })).json();
    expect(asked.extensions.stores).toEqual([
      { store: 'POSTGRES', calls: 1, keys: 1, ms: expect.any(Number) },
      { store: 'MONGODB', calls: 1, keys: 1, ms: expect.any(Number) },
      { store: 'REDIS', calls: 1, keys: 1, ms: expect.any(Number) },
    ]);
  });

  it('is that of its own request, however many run at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () =>
        (await post(unified, { ...json, 'x-modelgraph-stores': '1' })).json(),
      ),
    );
    for (const { extensions } of answers) {
      expect(extensions.stores.map(({ calls }: { calls: number }) => calls)).toEqual([1, 1, 1]);
    }
  });
});

describe('health', () => {
  it('is live, and ready with the state of each store', async () => {
    const live = await gateway.fetch('/health/live');
    expect([live.status, await live.json()]).toEqual([200, { live: true }]);
    const ready = await gateway.fetch('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      ready: true,
      stores: [
        { store: 'POSTGRES', state: 'OK' },
        { store: 'MONGODB', state: 'OK' },
        { store: 'REDIS', state: 'OK' },
      ],
    });
  });
});

describe('in production', () => {
  it('GraphiQL is not served', async () => {
    const response = await gateway.fetch('/graphql', { headers: { accept: 'text/html' } });
    expect(response.status).not.toBe(200);
    expect(await response.text()).not.toContain('GraphiQL');
  });
});
