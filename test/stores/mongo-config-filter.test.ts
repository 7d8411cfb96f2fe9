import { type Document, Int32, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJsonPointer } from '../../src/json-pointer.ts';
import type { ConfigCondition } from '../../src/stores/mongo/config-filter.ts';
import { whereHeads } from '../../src/stores/mongo/config-filter.ts';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import { mongoEngines } from '../support/engines.ts';

describe.each(mongoEngines)('conditions on configurations on $name', ({ open }) => {
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openMongoStore>;
  let client: MongoClient;
  beforeAll(async () => {
    engine = await open();
    client = await new MongoClient(engine.url).connect();
    store = openMongoStore({ url: engine.url, poolMax: 4, deadlineMs: 5_000 }, 3);
    await store.prepare();
    const envelope = { framework: null, schemaVersion: 1, revision: 1, updatedAt: new Date() };
    const document = (n: number) => ({ n, list: [n, { deep: { n } }], text: `t${n}`, 'x.y': n });
    await store.bulk.write(
      [1, 2, 3, 4, 5].flatMap((n) => [
        { _id: `head:m${n}`, kind: 'HEAD' as const, modelName: `m${n}`, document: document(n), ...envelope },
        { _id: `run-${n}`, kind: 'RUN' as const, modelName: `r${n}`, document: document(n), ...envelope },
      ]),
    );
  });
  afterAll(async () => {
    await client.db().dropDatabase();
    await client.close();
    await store.close();
    await engine.close();
  });

  const at = (path: string, is: Omit<ConfigCondition, 'pointer'>): ConfigCondition => ({
    pointer: parseJsonPointer(path, ['path']),
    ...is,
  });

  it('find the models of the head documents that meet all of a set, set by set', async () => {
    const answers = await store.readNames([
      [at('/n', { number: { lte: 2 } })],
      [at('/n', { number: { gt: 4 } }), at('/text', { string: { startsWith: 't' } })],
      [at('/list/1/deep/n', { number: { eq: 3 } })],
      [at('/x.y', { number: { eq: 1 } }), at('/n', { number: { eq: 2 } })],
      [at('/list', { number: { eq: 4 } })],
    ]);
    expect(answers.map((names) => [...(names as string[])].sort())).toEqual([
      ['m1', 'm2'],
      ['m5'],
      ['m3'],
      [],
      ['m4'],
    ]);
  });

  it('fail for the set that too many meet, and for no other', async () => {
    const [exactly, broad, few] = await store.readNames([
      [at('/n', { number: { lte: 3 } })],
      [at('/n', { exists: true })],
      [at('/n', { number: { eq: 1 } })],
    ]);
    expect(exactly).toHaveLength(3);
    expect(broad).toMatchObject({ code: 'FILTER_TOO_BROAD', store: 'MONGODB' });
    expect(few).toEqual(['m1']);
  });

  it('find more names than one document of MongoDB holds', async () => {
    const nameOf = (n: number) => `${'𝒳'.repeat(194)}${String(n).padStart(6, '0')}`;
    const names = Array.from({ length: 20_500 }, (_, n) => nameOf(n));
    const configs = client.db().collection<Document & { _id: string }>('model_configs');
    const now = new Date();
    await configs.insertMany(
      names.map((modelName) => ({
        ...{ _id: `head:${modelName}`, kind: 'HEAD', modelName, document: { many: true } },
        ...{ framework: null, schemaVersion: new Int32(1), revision: new Int32(1), updatedAt: now },
      })),
    );
    const wide = openMongoStore({ url: engine.url, poolMax: 4, deadlineMs: 20_000 }, names.length);
    const [found, none] = await wide.readNames([
      [at('/many', { bool: true })],
      [at('/many', { bool: false })],
    ]);
    expect([...(found as string[])].sort()).toEqual(names);
    expect(none).toEqual([]);
    await wide.close();
    await configs.deleteMany({ 'document.many': true });
  });

  it('are told of in facets', async () => {
    const [facets] = await store.readFacets([
      {
        filter: { not: { name: { eq: 'm1' } } },
        pointer: parseJsonPointer('/list/1/deep/n', []),
        parts: { documents: true, missing: true, values: 2, numbers: true },
      },
    ]);
    expect(facets).toMatchObject({
      documents: 4,
      missing: 0,
      values: [
        { value: 2, count: 1 },
        { value: 3, count: 1 },
      ],
      numbers: { count: 4, min: 2, max: 5, mean: 3.5 },
    });
  });

  it('are answered by an index', async () => {
    for (const condition of [
      at('/n', { number: { gte: 4 } }),
      at('/list/1/deep/n', { number: { eq: 3 } }),
      at('/text', { string: { startsWith: 't1' } }),
      at('/x.y', { exists: true }),
      at('/x.y', { exists: false }),
    ]) {
      const plan = await client
        .db()
        .collection('model_configs')
        .find(whereHeads({ config: [condition] }))
        .explain('queryPlanner');
      expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
    }
  });
});
