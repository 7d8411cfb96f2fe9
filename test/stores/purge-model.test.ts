import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type ModelName, parseModelName } from '../../src/model-name.ts';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import {
  boardKey,
  boardSequencesKey,
  boardsKey,
  boardTimesKey,
  servingKey,
} from '../../src/stores/redis/keys.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { mongoEngines, redisEngines } from '../support/engines.ts';

describe.each(redisEngines)('a deleted model on $name', ({ open }) => {
  it('is gone with its counters and from every board, and no other model is', async () => {
    const engine = await open();
    const direct = engine.client?.duplicate() ?? new Redis(engine.url ?? '');
    const options = { url: engine.url ?? 'redis://in-process', deadlineMs: 2_000 };
    const store = openRedisStore(options, engine.client);
    await store.prepare();
    const run = randomUUID();
    const [name, neighbour] = ['a*', 'ab'].map((text) => parseModelName(`${text} ${run}`, [])) as [
      ModelName,
      ModelName,
    ];
    const boards = [`accuracy ${run}`, `custom ${run}`];
    for (const board of boards)
      await store.writeScores(
        { operation: 'test' },
        {
          board,
          scores: [
            { name, score: 1 },
            { name: neighbour, score: 2 },
          ],
          gone: [],
        },
      );
    for (const model of [name, neighbour]) await direct.hset(servingKey(model), 'predictions', '1');
    for (let n = 0; n < 2; n++) {
      await store.copies.purgeModel(name, '7');
      expect(await direct.exists(servingKey(name))).toBe(0);
      expect(await direct.exists(servingKey(neighbour))).toBe(1);
      for (const board of boards) {
        expect(await direct.zrange(boardKey(board), 0, -1)).toEqual([neighbour]);
        expect(await direct.hkeys(boardTimesKey(board))).toEqual([neighbour]);
      }
    }
    await direct.srem(boardsKey, ...boards);
    await direct.del(
      ...boards.flatMap((board) => [boardKey(board), boardTimesKey(board), boardSequencesKey(board)]),
      servingKey(neighbour),
    );
    direct.disconnect();
    await store.close();
    await engine.close();
  });
});

describe.each(mongoEngines)('a deleted model on $name', ({ open }) => {
  it('is gone with all its documents, but for those that were written after it', async () => {
    const engine = await open();
    const client = await new MongoClient(engine.url).connect();
    const store = openMongoStore({ url: engine.url, poolMax: 1, deadlineMs: 2_000 });
    await store.prepare();
    const deletedAt = new Date('2026-11-23T20:11:05.123Z');
    const document = (_id: string, kind: 'HEAD' | 'RUN', modelName: string, laterMs = 0) => ({
      ...{ _id, kind, modelName, framework: null, schemaVersion: 1, revision: 1, document: {} },
      updatedAt: new Date(deletedAt.getTime() + laterMs),
    });
    await store.bulk.write([
      document('head:a', 'HEAD', 'a'),
      document('1', 'RUN', 'a', -1),
      document('2', 'RUN', 'a', 1),
      document('3', 'RUN', 'ab'),
    ]);
    for (let n = 0; n < 2; n++) {
      await store.copies.purgeModel({ name: parseModelName('a', []), sequence: '7', deletedAt });
      const left = await client.db().collection('model_configs').find().sort({ _id: 1 }).toArray();
      expect(left.map(({ _id }) => String(_id))).toEqual(['2', '3']);
    }
    await client.db().dropDatabase();
    await client.close();
    await store.close();
    await engine.close();
  });
});
