import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelName } from '../../src/model-name.ts';
import { routeToken } from '../../src/stores/redis/predictions.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { redisEngines } from '../support/engines.ts';

describe.each(redisEngines)('the token of a model’s route on $name', ({ open }) => {
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openRedisStore>;
  beforeAll(async () => {
    engine = await open();
    store = openRedisStore({ url: engine.url ?? 'redis://in-process', deadlineMs: 5_000 }, engine.client);
    await store.prepare();
  });
  afterAll(async () => {
    await store.close();
    await engine.close();
  });

  const newName = () => `model ${randomUUID()}` as ModelName;
  const take = async (name: ModelName) =>
    (await store.predictions.takeRouteTokens({ operation: 'test' }, [name], randomUUID()))[0];
  const read = async (name: ModelName) => (await store.read([routeToken(name)]))[0];

  it('is the same for all who take it, until it is dropped', async () => {
    const name = newName();
    const token = await take(name);
    expect(await take(name)).toBe(token);
    expect(await read(name)).toBe(token);
    await store.predictions.dropRouteToken(name);
    expect(await read(name)).not.toBe(token);
  });

  it('tells each who drops it that others may rely on it, however many do so in a moment', async () => {
    const name = newName();
    expect(await store.predictions.dropRouteToken(name)).toBe(false);
    await take(name);
    for (const _ of [1, 2, 3]) expect(await store.predictions.dropRouteToken(name)).toBe(true);
  });

  it('of a model that is not there is gone soon', async () => {
    const name = newName();
    await take(name);
    await store.predictions.leaveRouteToken(name);
    // Whoever relies on it now reads it, which keeps it.
    expect(await store.predictions.dropRouteToken(name)).toBe(true);
    await store.predictions.leaveRouteToken(name);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await store.predictions.dropRouteToken(name)).toBe(false);
  });
});
