import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BoardPage, type BoardPlace, boardPage, boardSize } from '../../src/stores/redis/boards.ts';
import { boardKey, boardTimesKey } from '../../src/stores/redis/keys.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { redisEngines } from '../support/engines.ts';

describe.each(redisEngines)('boards on $name', ({ name: engineName, open }) => {
  const board = `board ${randomUUID()}`;
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openRedisStore>;
  let direct: Redis;
  beforeAll(async () => {
    engine = await open();
    direct = engine.client?.duplicate() ?? new Redis(engine.url ?? '');
    store = openRedisStore({ url: engine.url ?? 'redis://in-process', deadlineMs: 2_000 }, engine.client);
    await store.prepare();
  });
  afterAll(async () => {
    for (const each of [board, `${board} x`, `${board} y`])
      await direct.del(boardKey(each), boardTimesKey(each));
    direct.disconnect();
    await store.close();
    await engine.close();
  });

  const write = (to: string, scores: Record<string, number>) =>
    store.writeScores(
      { operation: 'test' },
      {
        board: to,
        scores: Object.entries(scores).map(([name, score]) => ({ name: name as never, score })),
        gone: [],
      },
    );
  const read = async (first: number, after?: BoardPlace): Promise<BoardPage> => {
    const [page] = await store.read([boardPage(board, first, after)]);
    return page as BoardPage;
  };
  const names = ({ entries }: BoardPage) => entries.map(({ name }) => name);

  it('are read from any place, whether an entry stands there or not', async () => {
    await write(board, { top: 9, a: 1, c: 1, e: 1, g: 1, 'g🚀': 1, low: -0.1 });
    const all = await read(100);
    expect(all).toMatchObject({ size: 7, hasMore: false });
    expect(names(all)).toEqual(['top', 'g🚀', 'g', 'e', 'c', 'a', 'low']);
    expect(all.entries.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const next = async (score: number, name: string) => {
      const page = await read(2, { score, name });
      return [page.entries[0]?.rank, ...names(page), page.hasMore];
    };
    expect(await next(1, 'e')).toEqual([5, 'c', 'a', true]);
    expect(await next(1, 'f')).toEqual([4, 'e', 'c', true]);
    expect(await next(1, 'zzz')).toEqual([2, 'g🚀', 'g', true]);
    expect(await next(1, '')).toEqual([7, 'low', false]);
    expect(await next(1, 'top')).toEqual([2, 'g🚀', 'g', true]);
    expect(await next(9, 'a')).toEqual([2, 'g🚀', 'g', true]);
    expect(await next(0.5, 'e')).toEqual([7, 'low', false]);
    expect(await next(10, 'x')).toEqual([1, 'top', 'g🚀', true]);
    expect(await next(-0.1, 'low')).toEqual([undefined, false]);
  });

  it('keep every score exactly, and know when it was written, if they were told', async () => {
    const scores = { least: 5e-324, third: 1 / 3, big: 2 ** 53 + 2, most: -1.7976931348623157e308 };
    await write(`${board} x`, scores);
    await direct.zadd(boardKey(`${board} x`), 7, 'untold');
    const [page, size] = await store.read([boardPage(`${board} x`, 100, undefined), boardSize(`${board} x`)]);
    const { entries } = page as BoardPage;
    expect(Object.fromEntries(entries.map(({ name, score }) => [name, score]))).toEqual({
      ...scores,
      untold: 7,
    });
    for (const { name, updatedAt } of entries)
      expect(updatedAt, name).toEqual(name === 'untold' ? null : expect.stringMatching(/^20.*Z$/));
    expect(size).toBe(5);
  });

  it('that nobody wrote to are empty', async () => {
    const nowhere = `${board} nowhere`;
    expect(await store.read([boardPage(nowhere, 5, { score: 1, name: 'a' }), boardSize(nowhere)])).toEqual([
      { entries: [], size: 0, hasMore: false, rebuiltAt: null },
      0,
    ]);
  });

  it('that hold something else are an error of their own', async () => {
    await direct.zadd(boardKey(`${board} y`), 1, 'no{model}');
    const answers = await store.read([boardPage(`${board} y`, 5, undefined), boardPage(board, 1, undefined)]);
    expect(answers).toMatchObject([{ code: 'STORE_CORRUPT', store: 'REDIS' }, { size: 7 }]);
  });

  it.skipIf(engineName === 'ioredis-mock' /* its scripts know no types */)(
    'under a key of another type are an error, in reading and in writing',
    async () => {
      await direct.del(boardKey(`${board} y`));
      await direct.set(boardKey(`${board} y`), 'x');
      expect(await store.read([boardPage(`${board} y`, 5, undefined)])).toMatchObject([
        { code: 'STORE_CORRUPT' },
      ]);
      await expect(write(`${board} y`, { a: 1 })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    },
  );
});
