import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { parseModelName } from '../../src/model-name.ts';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import { boardKey, servingKey } from '../../src/stores/redis/keys.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { mongoEngines, redisEngines } from '../support/engines.ts';

/** Names that a pattern would read otherwise, each with one that the misread pattern would match. */
const names = [
  ['a*c', 'abc'],
  ['a?c', 'aXc'],
  ['[ab]', 'a'],
  ['^a', 'a'],
  ['a\\*', 'a*'],
  ['a+b(c', 'aab(c'],
  ['a??b', 'aXXb'],
  ['a.c', 'a-c'],
  ['模型🚀', '模型🚁'],
  ['**', 'anything'],
] as const;

describe.each(redisEngines)('a deleted model on $name', ({ open }) => {
  it.each(names)('called %s is gone with its cache and its ranks, and %s is not', async (given, other) => {
    const engine = await open();
    const direct = engine.client?.duplicate() ?? new Redis(engine.url ?? '');
    const options = { url: engine.url ?? 'redis://in-process', deadlineMs: 2_000 };
    const store = openRedisStore(options, engine.client);
    await store.prepare();
    const run = randomUUID();
    const [name, neighbour] = [given, other].map((text) => parseModelName(`${text} ${run}`, []));
    if (!name || !neighbour) throw new Error('two names');
    const keysOf = (model: typeof name) => [
      servingKey(model),
      ...Array.from({ length: 30 }, (_, n) => `mg:pred:{${model}}:${n}:abc`),
      `mg:last:{${model}}:somebody`,
    ];
    const boards = [boardKey(`accuracy ${run}`), boardKey(`f1 ${run}`)];
    // A feature view may have the model's name in its key, which is none of the model's.
    const foreign = [`mg:feat:{${name}}:x`, `other:{${name}}:x`];
    for (const key of [...keysOf(name), ...keysOf(neighbour), ...foreign]) await direct.hset(key, 'x', '1');
    for (const board of boards) await direct.zadd(board, 1, name, 2, neighbour);
    for (let n = 0; n < 2; n++) {
      await store.purgeModel(name);
      expect(await direct.exists(...keysOf(name))).toBe(0);
      expect(await direct.exists(...keysOf(neighbour), ...foreign)).toBe(34);
      for (const board of boards) expect(await direct.zrange(board, 0, -1)).toEqual([neighbour]);
    }
    await direct.del(...keysOf(neighbour), ...foreign, ...boards);
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
      await store.purgeModel({ name: parseModelName('a', []), deletedAt });
      const left = await client.db().collection('model_configs').find().sort({ _id: 1 }).toArray();
      expect(left.map(({ _id }) => String(_id))).toEqual(['2', '3']);
    }
    await client.db().dropDatabase();
    await client.close();
    await store.close();
    await engine.close();
  });
});
