import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelName, parseModelName } from '../../src/model-name.ts';
import { boardKey, servingKey } from '../../src/stores/redis/keys.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { servingOf } from '../../src/stores/redis/serving.ts';
import { redisEngines } from '../support/engines.ts';

describe.each(redisEngines)('serving counters on $name', ({ name, open }) => {
  const run = randomUUID();
  const named = (name: string): ModelName => parseModelName(`${name} ${run}`, ['name']);
  const board = `accuracy ${run}`;
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openRedisStore>;
  let direct: Redis;
  beforeAll(async () => {
    engine = await open();
    direct = engine.client?.duplicate() ?? new Redis(engine.url ?? '');
    store = openRedisStore({ url: engine.url ?? 'redis://in-process', deadlineMs: 2_000 }, engine.client);
    await store.prepare();
    await store.bulk.write([
      {
        name: named('a'),
        counters: { predictions: 5, hits: 3, misses: 2, lastAt: '2026-11-23T20:11:05.123456Z' },
        scores: { [board]: 0.5 },
      },
      {
        name: named('b'),
        counters: { predictions: 0, hits: 0, misses: 0, lastAt: '2026-11-23T20:11:05Z' },
        scores: { [board]: 0.9 },
      },
      {
        name: named('c 🚀 زراعة'),
        scores: { [board]: 0.7, nan: Number.NaN, infinite: Number.POSITIVE_INFINITY },
      },
    ]);
  });
  afterAll(async () => {
    await direct.del(
      ...['a', 'b', 'c 🚀 زراعة', 'big', 'strange', 'list'].map((name) => servingKey(named(name))),
      boardKey(board),
    );
    direct.disconnect();
    await store.close();
    await engine.close();
  });

  it('come in the order of the names, with the ranks asked for, and undefined for the unknown', async () => {
    const answers = await store.read([
      servingOf(named('b'), [board]),
      servingOf(named('nobody'), [board]),
      servingOf(named('a'), []),
      servingOf(named('c 🚀 زراعة'), [board, 'nan']),
    ]);
    expect(answers).toEqual([
      {
        predictions: '0',
        cacheHits: '0',
        cacheMisses: '0',
        lastAt: '2026-11-23T20:11:05Z',
        ranks: { [board]: 1 },
      },
      undefined,
      {
        predictions: '5',
        cacheHits: '3',
        cacheMisses: '2',
        lastAt: '2026-11-23T20:11:05.123456Z',
        ranks: {},
      },
      { predictions: '0', cacheHits: '0', cacheMisses: '0', lastAt: null, ranks: { [board]: 2, nan: null } },
    ]);
  });

  it('beyond 2^53 come back exactly', async () => {
    await direct.hset(servingKey(named('big')), 'predictions', '9223372036854775807');
    expect(await store.read([servingOf(named('big'), [])])).toMatchObject([
      { predictions: '9223372036854775807' },
    ]);
  });

  it('that are none are an error of their model alone', async () => {
    await direct.hset(servingKey(named('strange')), 'predictions', 'many');
    const [strange, fine] = await store.read(['strange', 'a'].map((model) => servingOf(named(model), [])));
    expect(strange).toMatchObject({ code: 'STORE_CORRUPT', store: 'REDIS' });
    expect(fine).toMatchObject({ predictions: '5' });
  });

  it.skipIf(name === 'ioredis-mock' /* answers HMGET of a list with nulls */)(
    'under a key of another type are an error of their model alone',
    async () => {
      await direct.lpush(servingKey(named('list')), 'x');
      const [list, fine] = await store.read(['list', 'a'].map((model) => servingOf(named(model), [])));
      expect(list).toMatchObject({ code: 'STORE_CORRUPT', store: 'REDIS' });
      expect(fine).toMatchObject({ predictions: '5' });
    },
  );

  it('are healthy while the server answers', async () => {
    expect(await store.health()).toMatchObject({ store: 'REDIS', state: 'OK', openUntil: null });
  });
});

describe.each(redisEngines.filter(({ name }) => !name.includes('TEST_REDIS_URL')))(
  'filling $name',
  ({ open }) => {
    it('tells an empty store, and empties it of its own keys only', async () => {
      const engine = await open();
      const direct = engine.client?.duplicate() ?? new Redis(engine.url ?? '');
      const store = openRedisStore(
        { url: engine.url ?? 'redis://in-process', deadlineMs: 2_000 },
        engine.client,
      );
      await store.prepare();
      await direct.set('somebody-else', '1');
      expect(await store.bulk.isEmpty()).toBe(true);
      await store.bulk.write([{ name: parseModelName('a', ['name']), scores: { accuracy: 1 } }]);
      expect(await store.bulk.isEmpty()).toBe(false);
      await store.bulk.clear();
      expect(await store.bulk.isEmpty()).toBe(true);
      expect(await direct.get('somebody-else')).toBe('1');
      direct.disconnect();
      await store.close();
      await engine.close();
    });
  },
);
