import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Limits } from '../../src/config.ts';
import { openEmbeddedRedis } from '../../src/embedded/redis.ts';
import { onStoreCall, type StoreCall } from '../../src/store-calls.ts';
import { limitKey } from '../../src/stores/redis/keys.ts';
import type { Consumed } from '../../src/stores/redis/limits.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { redisEngines } from '../support/engines.ts';

const hourMs = 3_600_000;
// A day's window gives less than a point back while a test runs.
const day: Limits = {
  caller: { points: 100, windowSeconds: 86_400 },
  subject: { points: 7, windowSeconds: 86_400 },
};

afterEach(() => void vi.useRealTimers());

describe.each(redisEngines)('limits on $name', ({ name: engineName, open }) => {
  const keys: string[] = [];
  let engine: Awaited<ReturnType<typeof open>>;
  let direct: Redis;
  let limits: Awaited<ReturnType<typeof openStore>>;
  const stores: ReturnType<typeof openRedisStore>[] = [];
  const openStore = async (limits: Limits) => {
    const store = openRedisStore(
      { url: engine.url ?? 'redis://in-process', deadlineMs: 5_000 },
      engine.client?.duplicate(),
      limits,
    );
    stores.push(store);
    await store.prepare();
    return store.limits;
  };
  beforeAll(async () => {
    engine = await open();
    direct = engine.client?.duplicate() ?? new Redis(engine.url ?? '');
    limits = await openStore(day);
  });
  afterAll(async () => {
    if (keys.length > 0) await direct.del(...keys);
    direct.disconnect();
    for (const store of stores) await store.close();
    await engine.close();
  });
  const someone = () => {
    const who = `test ${randomUUID()} {}:`;
    keys.push(limitKey('caller', who), limitKey('subject', who));
    return who;
  };
  const allowed = (consumed: readonly (Consumed | null)[]) => consumed.filter((each) => each?.allowed).length;

  it('let through exactly as much as there is, whoever asks on whichever gateway at once', async () => {
    const gateways = [limits, await openStore(day)];
    const [who, other] = [someone(), someone()];
    const attempts = Array.from({ length: 64 }, (_, n) => n).flatMap((n) =>
      [1, 2, 3].map(() => gateways[n % 2]?.consume('caller', who, 1) ?? null),
    );
    const consumed = await Promise.all(attempts);
    expect(allowed(consumed)).toBe(100);
    expect(consumed.every((each) => each?.degraded === false)).toBe(true);
    const remaining = consumed.flatMap((each) => (each?.allowed ? [each.remaining] : []));
    expect(remaining.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(await gateways[0]?.consume('caller', other, 1)).toMatchObject({ allowed: true, remaining: 99 });
  });

  it('take nothing for what they refuse, so that something smaller still passes', async () => {
    const who = someone();
    expect(await limits.consume('caller', who, 80)).toMatchObject({ allowed: true, cost: 80, remaining: 20 });
    for (let n = 0; n < 5; n += 1)
      expect(await limits.consume('caller', who, 30)).toMatchObject({
        allowed: false,
        cost: 30,
        remaining: 20,
      });
    expect(await limits.consume('caller', who, 20)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await limits.consume('caller', who, 1)).toMatchObject({ allowed: false, remaining: 0 });
  });

  it('say how long exactly to wait: just so long for what is missing', async () => {
    const who = someone();
    const before = Date.now();
    await limits.consume('caller', who, 90);
    const refused = await limits.consume('caller', who, 60);
    // 50 points are missing, and a point comes back in a hundredth of the window.
    const waitMs = refused?.retryAfterMs ?? 0;
    const elapsedMs = Date.now() - before;
    expect(waitMs).toBeLessThanOrEqual(12 * hourMs);
    expect(waitMs).toBeGreaterThanOrEqual(12 * hourMs - elapsedMs - 1);
    const resetMs = Date.parse(refused?.resetAt ?? '') - before;
    expect(resetMs).toBeGreaterThanOrEqual(12 * hourMs + 0.4 * 24 * hourMs - 1);
    // As if 11 of the 12 hours had gone by, and then all of them.
    const key = limitKey('caller', who);
    await direct.pexpire(key, (await direct.pttl(key)) - 11 * hourMs);
    expect(await limits.consume('caller', who, 60)).toMatchObject({ allowed: false });
    await direct.pexpire(key, (await direct.pttl(key)) - hourMs);
    expect(await limits.consume('caller', who, 60)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('count no fraction of a point away, however many thirds there are', async () => {
    const large = await openStore({ caller: { points: 9_999_991, windowSeconds: 86_399 }, subject: null });
    const who = someone();
    for (let n = 0; n < 3; n += 1) await large.consume('caller', who, 3_333_330);
    expect(await large.consume('caller', who, 1)).toMatchObject({ allowed: true });
    const key = limitKey('caller', who);
    const [inUse = ''] = String(await direct.get(key)).split(':');
    expect(Number(inUse)).toBeGreaterThan(8.6e14);
    expect(Number(await direct.pttl(key))).toBeLessThanOrEqual(86_399_000);
  });

  it('let through what costs more than there ever is while nothing is in use', async () => {
    const who = someone();
    expect(await limits.consume('subject', who, 1_000)).toMatchObject({
      allowed: true,
      cost: 7,
      remaining: 0,
    });
    expect(await limits.consume('subject', who, 1_000)).toMatchObject({ allowed: false });
    expect(await limits.consume('caller', who, 1)).toMatchObject({ allowed: true });
  });

  it('are not there unless they are set', async () => {
    const half = await openStore({ caller: null, subject: day.subject });
    const who = someone();
    expect(await half.consume('caller', who, 1)).toBeNull();
    expect(await half.consume('subject', who, 1)).toMatchObject({ allowed: true });
    expect(await direct.exists(limitKey('caller', who), limitKey('subject', who))).toBe(1);
  });

  it('are one call to the store each, on whose behalf it is said', async () => {
    const request = {};
    const calls: StoreCall[] = [];
    const stop = onStoreCall((call) => void calls.push(call));
    await limits.consume('subject', someone(), 2, request);
    await limits.consume('caller', someone(), 2);
    stop();
    expect(calls).toMatchObject([
      { store: 'REDIS', operation: 'consumeLimit', keys: 1, outcome: 'OK', requests: [request] },
      { store: 'REDIS', operation: 'consumeLimit', keys: 1, outcome: 'OK', requests: [] },
    ]);
  });

  it.skipIf(engineName === 'ioredis-mock' /* whose clock is this process's */)(
    'do not care about the clock of the gateway',
    async () => {
      const who = someone();
      await limits.consume('caller', who, 60);
      const now = Date.now();
      vi.useFakeTimers({ toFake: ['Date'], now: now + 48 * hourMs });
      expect(await limits.consume('caller', who, 41)).toMatchObject({ allowed: false, remaining: 40 });
      vi.setSystemTime(now - 48 * hourMs);
      expect(await limits.consume('caller', who, 41)).toMatchObject({ allowed: false, remaining: 40 });
      expect(await limits.consume('caller', who, 40)).toMatchObject({ allowed: true, remaining: 0 });
    },
  );

  it.skipIf(engineName === 'ioredis-mock' /* its scripts know no types */)(
    'are counted by the gateway alone where Redis holds something else, and say why',
    async () => {
      const who = someone();
      await direct.hset(limitKey('caller', who), 'a', 'b');
      expect(await limits.consume('caller', who, 60)).toMatchObject({
        ...{ allowed: true, degraded: true, remaining: 40 },
        outage: { code: 'STORE_CORRUPT' },
      });
    },
  );
});

describe('limits while Redis cannot count', () => {
  let engine: Awaited<ReturnType<typeof openEmbeddedRedis>>;
  let sent = 0;
  let whatRedisDoes: 'answers' | 'fails' | 'hangs';
  const stores: ReturnType<typeof openRedisStore>[] = [];
  const openStore = async (deadlineMs: number) => {
    const client = engine.client?.duplicate() as Redis;
    const store = openRedisStore({ url: 'redis://in-process', deadlineMs }, client, day);
    stores.push(store);
    await store.prepare();
    const commands = client as unknown as { rlflxIncr: (...args: unknown[]) => Promise<unknown> };
    const answer = commands.rlflxIncr.bind(client);
    commands.rlflxIncr = (...args) => {
      sent += 1;
      if (whatRedisDoes === 'hangs') return new Promise(() => {});
      if (whatRedisDoes === 'fails') return Promise.reject(new Error('Connection is closed.'));
      return answer(...args);
    };
    return store.limits;
  };
  beforeAll(async () => {
    engine = await openEmbeddedRedis({ engine: 'mock' });
  });
  beforeEach(() => {
    [sent, whatRedisDoes] = [0, 'fails'];
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await engine.close();
  });
  const degraded = { degraded: true, limit: 100 };

  it('hold for each gateway by itself, and are exact there too', async () => {
    const [one, other] = [await openStore(1_000), await openStore(1_000)];
    const consumed = await Promise.all(Array.from({ length: 192 }, () => one.consume('caller', 'x', 1)));
    expect(consumed.filter((each) => each?.allowed)).toHaveLength(100);
    for (const each of consumed) expect(each).toMatchObject(degraded);
    expect(await one.consume('caller', 'x', 1)).toMatchObject({ ...degraded, allowed: false, remaining: 0 });
    expect(await one.consume('caller', 'y', 1)).toMatchObject({ ...degraded, allowed: true, remaining: 99 });
    expect(await one.consume('subject', 'x', 1)).toMatchObject({ degraded: true, limit: 7, remaining: 6 });
    expect(await other.consume('caller', 'x', 1)).toMatchObject({ ...degraded, allowed: true });
  });

  it('take nothing for what they refuse, whatever is asked in the same moment', async () => {
    const limits = await openStore(1_000);
    const consumed = await Promise.all(
      [80, 30, 30, 20, 1].map((points) => limits.consume('caller', 'z', points)),
    );
    expect(consumed.map((each) => each?.allowed)).toEqual([true, false, false, true, false]);
    expect(consumed.map((each) => each?.remaining)).toEqual([20, 20, 20, 0, 0]);
  });

  it('wait for a Redis that hangs until its deadline, and from the fifth time on not at all', async () => {
    const limits = await openStore(20);
    whatRedisDoes = 'hangs';
    const outages: (string | undefined)[] = [];
    for (let n = 0; n < 6; n += 1) {
      const consumed = await limits.consume('caller', 'hung', 1);
      expect(consumed).toMatchObject({ ...degraded, allowed: true });
      outages.push(consumed?.outage?.code);
    }
    expect(outages).toEqual([...Array(5).fill('STORE_TIMEOUT'), 'CIRCUIT_OPEN']);
    expect(sent).toBe(5);
  });

  it('are those of Redis again when it is back: what was counted here is held against nobody', async () => {
    const limits = await openStore(1_000);
    whatRedisDoes = 'answers';
    await limits.consume('caller', 'back', 30);
    whatRedisDoes = 'fails';
    expect(await limits.consume('caller', 'back', 100)).toMatchObject({ ...degraded, allowed: true });
    expect(await limits.consume('caller', 'back', 1)).toMatchObject({ ...degraded, allowed: false });
    whatRedisDoes = 'answers';
    expect(await limits.consume('caller', 'back', 70)).toMatchObject({
      degraded: false,
      allowed: true,
      remaining: 0,
    });
  });

  it('begin anew when the clock is set forward, and refuse nobody longer when it is set back', async () => {
    const limits = await openStore(1_000);
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now });
    await limits.consume('caller', 'clock', 100);
    vi.setSystemTime(now - 48 * hourMs);
    expect(await limits.consume('caller', 'clock', 1)).toMatchObject({
      allowed: false,
      retryAfterMs: 24 * hourMs,
    });
    vi.setSystemTime(now + 48 * hourMs);
    expect(await limits.consume('caller', 'clock', 100)).toMatchObject({ ...degraded, allowed: true });
    expect(await limits.consume('caller', 'clock', 1)).toMatchObject({ ...degraded, allowed: false });
  });
});
