import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseModelName } from '../../src/model-name.ts';
import { predictionsKey } from '../../src/stores/redis/keys.ts';
import {
  type PredictionRank,
  type PredictionRanks,
  predictionRanks,
} from '../../src/stores/redis/prediction-ranks.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { redisEngines } from '../support/engines.ts';

// A server that others use may hold such counts of its own, under the very key.
const engines = redisEngines.filter(({ name }) => !name.includes('TEST_REDIS_URL'));

describe.each(engines)('models by prediction count on $name', ({ open }) => {
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openRedisStore>;
  let direct: Redis;
  beforeAll(async () => {
    engine = await open();
    direct = engine.client?.duplicate() ?? new Redis(engine.url ?? '');
    store = openRedisStore({ url: engine.url ?? 'redis://in-process', deadlineMs: 5_000 }, engine.client);
    await store.prepare();
  });
  afterAll(async () => {
    direct.disconnect();
    await store.close();
    await engine.close();
  });

  // In byte order; many with one count, and one beyond what 32 bits hold.
  const ascending: PredictionRank[] = [
    { score: '0', name: 'Z' },
    ...['a', 'aa', 'b', 'é', 'زراعة'].map((name) => ({ score: '3', name })),
    ...Array.from({ length: 40 }, (_, n) => ({ score: '7', name: `m${String(n).padStart(2, '0')}` })),
    { score: '9007199254740991', name: 'most' },
  ];
  const fill = () =>
    direct.zadd(
      predictionsKey,
      ...(ascending.flatMap(({ score, name }) => [score, name]) as [string, string]),
    );

  async function stretch(
    limit: number,
    { descending = false, backwards = false, ...bounds }: Record<string, unknown> = {},
  ): Promise<PredictionRanks> {
    const ask = { limit, descending: Boolean(descending), backwards: Boolean(backwards), ...bounds };
    const [answer] = await store.read([predictionRanks(ask)]);
    return answer as PredictionRanks;
  }

  it('are none when nothing was served', async () => {
    await direct.del(predictionsKey);
    expect(await stretch(10)).toEqual({ ranks: [], total: 0 });
    expect(await stretch(10, { after: { score: '5', name: 'x' } })).toEqual({ ranks: [], total: 0 });
  });

  it.each([
    { descending: false, list: ascending },
    { descending: true, list: ascending.toReversed() },
  ])(
    'are read by count and then name, from any place to either side (descending: $descending)',
    async ({ descending, list }) => {
      await fill();
      expect(await stretch(100, { descending })).toEqual({ ranks: list, total: list.length });
      expect((await stretch(5, { descending, backwards: true })).ranks).toEqual(list.slice(-5));
      for (const at of [0, 1, 4, 6, 7, 30, 45, 46]) {
        const { ranks: next } = await stretch(4, { descending, after: list[at] });
        expect(next).toEqual(list.slice(at + 1, at + 5));
        const { ranks: previous } = await stretch(4, { descending, backwards: true, before: list[at] });
        expect(previous).toEqual(list.slice(Math.max(0, at - 4), at));
        const { ranks: between } = await stretch(4, { descending, after: list[at], before: list[at + 3] });
        expect(between).toEqual(list.slice(at + 1, at + 3));
      }
      expect((await stretch(4, { descending, after: list[9], before: list[5] })).ranks).toEqual([]);
    },
  );

  it('go on from where a model was that is gone, or has served more since', async () => {
    await fill();
    const gone = { score: '7', name: 'm19' };
    await direct.zrem(predictionsKey, 'm19');
    expect((await stretch(2, { after: gone })).ranks.map(({ name }) => name)).toEqual(['m20', 'm21']);
    await direct.zadd(predictionsKey, 8, 'm19');
    const { ranks } = await stretch(2, { after: gone, descending: true });
    expect(ranks.map(({ name }) => name)).toEqual(['m18', 'm17']);
    await direct.zadd(predictionsKey, 7, 'm19');
  });

  it('are counted by what fills the counters', async () => {
    await store.bulk.clear();
    const counters = { hits: 0, misses: 0, lastAt: '2026-11-23T20:11:05Z' };
    await store.bulk.write([
      { name: parseModelName('few', []), counters: { predictions: 1, ...counters }, scores: {} },
      { name: parseModelName('many', []), counters: { predictions: 10, ...counters }, scores: {} },
      { name: parseModelName('never', []), scores: { accuracy: 1 } },
    ]);
    expect(await stretch(10)).toEqual({
      total: 2,
      ranks: [
        { name: 'few', score: '1' },
        { name: 'many', score: '10' },
      ],
    });
  });
});
