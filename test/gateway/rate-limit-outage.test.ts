import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisServer } from '../support/engines.ts';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

// What is in process cannot be cut off or frozen; test/stores/redis-limits.test.ts has outages without a server.
describe.skipIf(!redisServer)('limits through an outage of Redis', () => {
  let gateway: TestGateway;
  let socket: FaultySocket;
  beforeAll(async () => {
    gateway = await openTestGateway({
      data: 'nothing',
      environment: async ({ REDIS_URL }) => {
        socket = await openFaultySocket(Number(new URL(REDIS_URL).port));
        return {
          REDIS_URL: throughPort(REDIS_URL, socket.port),
          ...{ RATE_LIMIT_POINTS: '100', RATE_LIMIT_WINDOW_SECONDS: '86400', TRUSTED_PROXIES: '0' },
          ...{
            REDIS_DEADLINE_MS: '250',
            API_KEYS: callers.map((name) => `${name}:${keyOf(name)}`).join(','),
          },
        };
      },
    });
  });
  afterAll(async () => {
    socket?.revive();
    await gateway.close();
    await socket.close();
  });
  beforeEach(async () => {
    socket.revive();
    await until(false);
  });

  const callers = ['watch', 'killed', 'hung', 'many'];
  const keyOf = (name: string) => `the-key-of-${name}-16-or-more`;
  const limitOf = async (name: string) => {
    const response = await gateway.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': keyOf(name) },
      body: JSON.stringify({ query: '{ rateLimit { degraded remaining } }' }),
    });
    const { data } = (await response.json()) as {
      data?: { rateLimit: { degraded: boolean; remaining: number } };
    };
    return { status: response.status, ...data?.rateLimit };
  };
  /** Until Redis counts again, or no longer does. */
  async function until(degraded: boolean): Promise<void> {
    while (
      (await gateway.stores.redis.limits.consume('caller', `until ${Math.random()}`, 1))?.degraded !==
      degraded
    )
      await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const well = { status: 200, degraded: false };
  const degraded = { status: 200, degraded: true };

  it.each([
    ['killed', () => socket.kill()],
    ['hung', () => socket.hang()],
  ])(
    'say that they are degraded, hold here, and refuse nobody falsely afterwards: %s',
    async (name, fail) => {
      for (let n = 1; n <= 60; n += 1) expect(await limitOf(name)).toEqual({ ...well, remaining: 100 - n });
      fail();
      await until(true);
      const during = [];
      for (let n = 0; n < 110; n += 1) during.push(await limitOf(name));
      const passed = during.filter(({ status }) => status === 200);
      expect(passed).toEqual(Array.from({ length: 100 }, (_, n) => ({ ...degraded, remaining: 99 - n })));
      expect(during.slice(100).map(({ status }) => status)).toEqual(Array(10).fill(429));
      socket.revive();
      await until(false);
      for (let n = 61; n <= 100; n += 1) expect(await limitOf(name)).toEqual({ ...well, remaining: 100 - n });
      expect((await limitOf(name)).status).toBe(429);
    },
  );

  it('refuse nobody in the moment of the fall', async () => {
    const ask = (count: number) => Promise.all(Array.from({ length: count }, () => limitOf('many')));
    expect((await ask(36)).every(({ status }) => status === 200)).toBe(true);
    const falling = ask(64);
    socket.kill();
    expect((await falling).map(({ status }) => status)).toEqual(Array(64).fill(200));
  });
});
