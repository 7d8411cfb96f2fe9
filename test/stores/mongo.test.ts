import fc from 'fast-check';
import { type Db, Long, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJsonPointer, valueAt } from '../../src/json-pointer.ts';
import { parseModelName } from '../../src/model-name.ts';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import type { ConfigToWrite } from '../../src/stores/mongo/write-configs.ts';
import type { HeadWrite } from '../../src/stores/mongo/write-head.ts';
import { mongoEngines } from '../support/engines.ts';

describe.each(mongoEngines)('configurations on $name', ({ open }) => {
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openMongoStore>;
  let client: MongoClient;
  let db: Db;
  beforeAll(async () => {
    engine = await open();
    client = await new MongoClient(engine.url).connect();
    db = client.db();
    store = openMongoStore({ url: engine.url, poolMax: 4, deadlineMs: 2_000 });
    await store.prepare();
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await store.close();
    await engine.close();
  });

  const config = (_id: string, document: Record<string, unknown>): ConfigToWrite => ({
    _id,
    kind: 'RUN',
    modelName: 'a',
    framework: 'pytorch',
    schemaVersion: 1,
    revision: 1,
    updatedAt: new Date('2026-11-23T20:11:05.123Z'),
    document,
  });
  const pointer = (path: string) => parseJsonPointer(path, ['path']);

  it('come in the order of the ids, and undefined for the unknown', async () => {
    await store.bulk.write([config('1', { x: 1 }), config('2', { x: 2 })]);
    const answers = await store.read(['2', 'nobody', '1', '2'].map((id) => ({ id, parts: [[]] })));
    expect(answers).toMatchObject([
      { id: '2', document: { x: 2 } },
      undefined,
      { id: '1', document: { x: 1 } },
      { id: '2' },
    ]);
    expect(answers[2]).toEqual({
      id: '1',
      kind: 'RUN',
      modelName: parseModelName('a', []),
      framework: 'pytorch',
      schemaVersion: 1,
      revision: 1,
      updatedAt: '2026-11-23T20:11:05.123Z',
      document: { x: 1 },
    });
  });

  it('come back as they went in, whatever their shape and keys', async () => {
    const documents = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('', '.', '$gt', 'a.b', '__proto__', '%', '0', 'constructor')),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        await store.bulk.write([config('any', document)]);
        const [answer] = await store.read([{ id: 'any', parts: [[]] }]);
        // JSON has no -0, and neither has the way to the client.
        expect(JSON.stringify((answer as { document: unknown }).document)).toBe(JSON.stringify(document));
      }),
      { numRuns: 100 },
    );
  });

  it('are read in part: what a pointer names is there, and what is beside it is not fetched', async () => {
    await store.bulk.write([
      config('net', {
        layers: [{ units: 64, 'a.b': 1 }, { units: 1 }],
        huge: 'x'.repeat(100_000),
        'dotted.key': { $gt: '' },
      }),
    ]);
    const ask = async (...paths: string[]) => {
      const [answer] = await store.read([{ id: 'net', parts: paths.map(pointer) }]);
      return (answer as { document: Record<string, unknown> }).document;
    };
    const part = await ask('/layers/0/units', '/dotted.key');
    expect(valueAt(part, pointer('/layers/0/units'))).toBe(64);
    expect(valueAt(part, pointer('/layers/0/a.b'))).toBe(1);
    expect(part['dotted.key']).toEqual({ $gt: '' });
    expect(part).not.toHaveProperty('huge');
    expect(await ask()).toEqual({});
  });

  it('hold numbers that JSON cannot: they come as text, exactly', async () => {
    await store.bulk.write([config('numbers', {})]);
    await db.collection<{ _id: string }>('model_configs').updateOne(
      { _id: 'numbers' },
      {
        $set: {
          document: {
            nan: Number.NaN,
            down: Number.NEGATIVE_INFINITY,
            big: Long.fromString('9223372036854775807'),
          },
        },
      },
    );
    expect(await store.read([{ id: 'numbers', parts: [[]] }])).toMatchObject([
      { document: { nan: 'NaN', down: '-Infinity', big: '9223372036854775807' } },
    ]);
  });

  const headWrite = (name: string, write: Partial<HeadWrite> = {}): HeadWrite => ({
    modelName: parseModelName(name, []),
    framework: undefined,
    set: { document: { x: 1 } },
    expectedRevision: null,
    idempotency: null,
    field: 'document',
    parts: [[]],
    ...write,
  });
  const writeHead = (name: string, write?: Partial<HeadWrite>) =>
    store.writeHead({ operation: 'test' }, headWrite(name, write));

  it('of a head are made, and changed at the revision that was expected, by one of many', async () => {
    expect(await writeHead('swap', { expectedRevision: 0, framework: 'f' })).toMatchObject({
      replayed: false,
      config: { id: 'head:swap', kind: 'HEAD', revision: 1, framework: 'f', document: { x: 1 } },
    });
    await expect(writeHead('swap', { expectedRevision: 0 })).rejects.toMatchObject({
      problem: { problem: 'ConflictError', current: { revision: 1 } },
    });
    const racers = Array.from({ length: 20 }, (_, by) =>
      writeHead('swap', { expectedRevision: 1, set: { 'document.by': by } }),
    );
    const winners = (await Promise.allSettled(racers)).filter(({ status }) => status === 'fulfilled');
    expect(winners).toMatchObject([
      { value: { config: { revision: 2, framework: 'f', document: { x: 1, by: expect.any(Number) } } } },
    ]);
    await expect(writeHead('none', { expectedRevision: 1 })).rejects.toMatchObject({
      problem: { problem: 'ConflictError', current: null },
    });
  });

  it('of a head are made once by many at once, and changed by each of them', async () => {
    const written = await Promise.all(Array.from({ length: 20 }, () => writeHead('crowd')));
    expect(written.map(({ config: { revision } }) => revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  it('of a head are not changed twice under one key, nor under one key for two inputs', async () => {
    const idempotency = { key: 'a', inputSha256: '0'.repeat(64) };
    expect(await writeHead('keyed', { idempotency })).toMatchObject({ replayed: false });
    await writeHead('keyed', { set: { 'document.y': 2 }, parts: [] });
    expect(await writeHead('keyed', { idempotency })).toMatchObject({
      replayed: true,
      config: { revision: 2, document: { x: 1, y: 2 } },
    });
    await expect(
      writeHead('keyed', { idempotency: { key: 'a', inputSha256: '1'.repeat(64) } }),
    ).rejects.toMatchObject({ problem: { problem: 'IdempotencyConflictError' } });
  });

  it('of a head are told only in the parts that were asked for', async () => {
    const document = { a: { b: 1 }, huge: 'x'.repeat(100_000) };
    const { config } = await writeHead('parts', { set: { document }, parts: [pointer('/a/b')] });
    expect(config.document).toEqual({ a: { b: 1 } });
  });

  it('that are not in our form are an error of their own, and cannot be written', async () => {
    await expect(
      db.collection<{ _id: string }>('model_configs').insertOne({ _id: 'foreign' }),
    ).rejects.toMatchObject({ code: 121 });
    await db.command({ collMod: 'model_configs', validator: {} });
    await db.collection<{ _id: string }>('model_configs').insertOne({ _id: 'foreign' });
    const [foreign, fine] = await store.read([
      { id: 'foreign', parts: [] },
      { id: '1', parts: [] },
    ]);
    expect(foreign).toMatchObject({ code: 'STORE_CORRUPT', store: 'MONGODB' });
    expect(fine).toMatchObject({ id: '1' });
    await store.prepare();
    await expect(
      db.collection<{ _id: string }>('model_configs').insertOne({ _id: 'again' }),
    ).rejects.toMatchObject({ code: 121 });
  });

  it('are prepared again without harm, by several at once', async () => {
    await Promise.all([store.prepare(), store.prepare(), store.prepare()]);
    const indexes = await db.collection('model_configs').indexes();
    expect(indexes.map(({ name }) => name).sort()).toEqual([
      '_id_',
      'by_framework',
      'by_model',
      'heads_by_value',
    ]);
  });

  it('can be told from none, and removed', async () => {
    expect(await store.bulk.isEmpty()).toBe(false);
    await store.bulk.clear();
    expect(await store.bulk.isEmpty()).toBe(true);
  });
});
