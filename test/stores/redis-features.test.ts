import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeatureVector, featuresOf } from '../../src/stores/redis/features.ts';
import { featuresKey } from '../../src/stores/redis/keys.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';
import { redisEngines } from '../support/engines.ts';

const microseconds = (ago = 0) => (Date.now() - ago * 1_000) * 1_000;
const hour = 3_600;

describe.each(redisEngines)('features on $name', ({ name: engineName, open }) => {
  // Keys of their own, so that a server that others use can be tested on too.
  const view = `view ${randomUUID()}`;
  const entities = new Set<string>();
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
    for (const entity of entities) await direct.del(featuresKey(view, entity));
    direct.disconnect();
    await store.close();
    await engine.close();
  });

  const put = (
    entity: string,
    eventMicroseconds: number,
    values: Record<string, string>,
    ttlSeconds = hour,
  ) => {
    entities.add(entity);
    const rows = [{ entity, eventMicroseconds, values: Object.entries(values) }];
    return store.writeFeatures({ operation: 'test' }, { view, ttlSeconds, rows });
  };
  const read = async (entity: string, names?: string[]): Promise<FeatureVector> => {
    const [vector] = await store.read([featuresOf(view, entity, names)]);
    return vector as FeatureVector;
  };
  const shown = ({ values }: FeatureVector) =>
    Object.fromEntries(
      values.map(({ name, status, value }) => [name, status === 'PRESENT' ? value : status]),
    );

  it('come in the order asked for, each with its status and event time', async () => {
    const now = microseconds();
    await put('order', now, { b: '2', a: '[1,-0.5]', none: 'null' });
    const vector = await read('order', ['none', 'b', 'missing', 'a', 'b']);
    expect(vector.ttlSeconds).toBe(hour);
    expect(vector.values.map(({ name, status, value }) => [name, status, value])).toEqual([
      ['none', 'NULL_VALUE', null],
      ['b', 'PRESENT', 2],
      ['missing', 'NOT_FOUND', null],
      ['a', 'PRESENT', [1, -0.5]],
      ['b', 'PRESENT', 2],
    ]);
    expect(Date.parse(String(vector.values[0]?.eventTimestamp))).toBe(now / 1_000);
    expect((await read('order')).values.map(({ name }) => name)).toEqual(['a', 'b', 'none']);
    expect(await read('stranger', ['a'])).toEqual({
      entity: 'stranger',
      ttlSeconds: null,
      values: [{ name: 'a', status: 'NOT_FOUND', value: null, eventTimestamp: null }],
    });
    expect((await read('stranger')).values).toEqual([]);
  });

  it('keep the newest event whatever the order of writing, to the microsecond', async () => {
    const now = microseconds(1);
    expect(await put('late', now, { a: '"new"', b: '1' })).toEqual({ written: 2, skippedAsOlder: 0 });
    expect(await put('late', now - 1, { a: '"older"', c: '3' })).toEqual({ written: 1, skippedAsOlder: 1 });
    expect(shown(await read('late'))).toEqual({ a: 'new', b: 1, c: 3 });
    expect(await put('late', now, { a: '"equal"' })).toEqual({ written: 1, skippedAsOlder: 0 });
    expect(await put('late', now + 1, { b: 'null' })).toEqual({ written: 1, skippedAsOlder: 0 });
    expect(shown(await read('late'))).toEqual({ a: 'equal', b: 'NULL_VALUE', c: 3 });
  });

  it('end as the newest event says, however batches come and whatever is sent again', async () => {
    const event = fc.record({ at: fc.integer({ min: 0, max: 5 }), feature: fc.constantFrom('a', 'b', 'c') });
    const base = microseconds(10);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(event, { minLength: 1 }), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          const entity = randomUUID();
          entities.add(entity);
          const newest = new Map<string, { at: number; value: string }>();
          let n = 0;
          for (const batch of batches) {
            const rows = batch.map(({ at, feature }) => {
              const value = `${n++}`;
              if (at >= (newest.get(feature)?.at ?? 0)) newest.set(feature, { at, value });
              return {
                entity,
                eventMicroseconds: base + at,
                values: [[feature, value]] as [string, string][],
              };
            });
            const { written, skippedAsOlder } = await store.writeFeatures(
              { operation: 'test' },
              { view, ttlSeconds: hour, rows },
            );
            expect(written + skippedAsOlder).toBe(batch.length);
          }
          const expected = [...newest].map(([feature, { value }]) => [feature, Number(value)]);
          expect(shown(await read(entity))).toEqual(Object.fromEntries(expected));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are too old by their own event time, though Redis still holds them', async () => {
    await put('old', microseconds(120), { a: '1', b: 'null' }, 60);
    await put('old', microseconds(30), { fresh: '3' }, 60);
    const { values } = await read('old', ['a', 'b', 'fresh']);
    expect(values.map(({ status, value }) => [status, value])).toEqual([
      ['OUTSIDE_MAX_AGE', null],
      ['OUTSIDE_MAX_AGE', null],
      ['PRESENT', 3],
    ]);
    expect(values.every(({ eventTimestamp }) => eventTimestamp !== null)).toBe(true);
  });

  it('are kept for as long as the newest row says, and never shorter for a late one', async () => {
    const ttl = async () => direct.ttl(featuresKey(view, 'ttl'));
    await put('ttl', microseconds(1), { a: '1' }, hour);
    // Twice as long, so that too old can be told from never there.
    expect(await ttl()).toBeGreaterThan(2 * hour - 60);
    await put('ttl', microseconds(100), { b: '1' }, 10);
    expect((await read('ttl')).ttlSeconds).toBe(hour);
    expect(await ttl()).toBeGreaterThan(2 * hour - 60);
    expect(shown(await read('ttl'))).toEqual({ a: 1, b: 1 });
    await direct.expire(featuresKey(view, 'ttl'), 100);
    await put('ttl', microseconds(200), { a: '0', b: '0' }, hour);
    expect(await ttl(), 'nothing was accepted').toBeLessThanOrEqual(100);
    await put('ttl', microseconds(), { a: '2' }, 50);
    expect((await read('ttl')).ttlSeconds).toBe(50);
    await put('ttl', microseconds(), { a: '2' }, 10 * 86_400);
    expect(await ttl(), 'at most a day longer').toBeLessThanOrEqual(11 * 86_400);
    expect(await ttl()).toBeGreaterThan(11 * 86_400 - 60);
  });

  it('of any entity by any name are told apart', async () => {
    const strange = ['a}b', 'a{b', 'a:b', 'a%7Db', '}', '{', '🚀', 'إحصاء', '\n', 'x'.repeat(500)];
    for (const [n, entity] of strange.entries()) await put(entity, microseconds(), { v: `${n}` });
    for (const [n, entity] of strange.entries()) expect(shown(await read(entity)), entity).toEqual({ v: n });
    const names = ['ttl', '__proto__', 'constructor', 'v:', 'a b', '🚀', ' '];
    await put('names', microseconds(), Object.fromEntries(names.map((name, n) => [name, `${n}`])));
    expect((await read('names', names)).values.map(({ value }) => value)).toEqual(names.map((_, n) => n));
    expect((await read('names')).values.map(({ name }) => name)).toEqual([...names].sort());
  });

  it('keep every number, text and shape', async () => {
    const json = [
      '5e-324',
      '-0',
      '1.7976931348623157e+308',
      '"NaN"',
      '"\\u0000é"',
      '{"__proto__":{"x":1}}',
      '[]',
    ];
    await put('exact', microseconds(), Object.fromEntries(json.map((text, n) => [`v${n}`, text])));
    const { values } = await read('exact');
    expect(values.map(({ value }) => value)).toEqual(json.map((text) => JSON.parse(text)));
    expect(Object.is(values[1]?.value, -0)).toBe(true);
  });

  it('that are none are an error of their entity alone', async () => {
    await put('fine', microseconds(), { a: '1' });
    entities.add('strange').add('no ttl');
    await direct.hset(featuresKey(view, 'strange'), { ttl: '[0,60]', 'v:a': 'oops' });
    await direct.hset(featuresKey(view, 'no ttl'), { 'v:a': '[0,1]' });
    const answers = await store.read(
      ['strange', 'fine', 'no ttl'].map((entity) => featuresOf(view, entity, ['a'])),
    );
    const corrupt = { code: 'STORE_CORRUPT', store: 'REDIS' };
    expect(answers).toMatchObject([corrupt, { values: [{ value: 1 }] }, corrupt]);
    const strange = [
      '',
      '1',
      '{}',
      '[]',
      '[0]',
      '[0,]',
      '[,1]',
      '[0,1',
      '0,1]',
      '[0,1]]',
      '[0,1,2]',
      '[0,1],[0,1]',
    ];
    for (const text of [
      ...strange,
      '[-1,1]',
      '[01,1]',
      '[0.5,1]',
      '[9007199254740992,1]',
      '[0,01]',
      '[0,x]',
    ]) {
      await direct.hset(featuresKey(view, 'strange'), { ttl: '[0,60]', 'v:a': text });
      expect(await read('strange', ['a']), text).toMatchObject(corrupt);
      expect(await read('strange'), text).toMatchObject(corrupt);
      await direct.hset(featuresKey(view, 'strange'), { ttl: text, 'v:a': '[0,1]' });
      expect(await read('strange', ['a']), text).toMatchObject(corrupt);
    }
    await direct.hset(featuresKey(view, 'strange'), {
      ttl: '[0,60]',
      'v:a': '[9007199254740991, {"a": [1]}]',
    });
    expect(await read('strange', ['a'])).toMatchObject({ values: [{ value: { a: [1] } }] });
    await direct.hset(featuresKey(view, 'strange'), { 'v:a': 'oops' });
    // Writing mends it.
    await put('strange', microseconds(), { a: '2' });
    expect(shown(await read('strange'))).toEqual({ a: 2 });
  });

  it.skipIf(engineName === 'ioredis-mock' /* takes a list for a hash */)(
    'under a key of another type are an error, in reading and in writing',
    async () => {
      entities.add('list');
      await direct.lpush(featuresKey(view, 'list'), 'x');
      expect(await read('list', ['a'])).toMatchObject({ code: 'STORE_CORRUPT' });
      expect(await read('list')).toMatchObject({ code: 'STORE_CORRUPT' });
      await expect(put('list', microseconds(), { a: '1' })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    },
  );

  it.skipIf(engineName === 'ioredis-mock' /* makes a Lua machine for every row */)(
    'of more rows than one round trip takes are all written, in their order',
    async () => {
      const rows = Array.from({ length: 2_500 }, (_, n) => ({
        entity: `many ${n % 1_250}`,
        eventMicroseconds: 1_790_000_000_000_000,
        values: [['a', `${n}`]] as [string, string][],
      }));
      for (const { entity } of rows) entities.add(entity);
      const batch = { view, ttlSeconds: 10 * 365 * 86_400, rows };
      expect(await store.writeFeatures({ operation: 'test' }, batch)).toEqual({
        written: 2_500,
        skippedAsOlder: 0,
      });
      expect(shown(await read('many 0'))).toEqual({ a: 1_250 });
      expect(shown(await read('many 1249'))).toEqual({ a: 2_499 });
    },
  );

  it.skipIf(engineName === 'ioredis-mock' /* forgets no scripts */)(
    'are written too after Redis has forgotten its scripts',
    async () => {
      await put('forgotten', microseconds(), { a: '1' });
      await direct.script('FLUSH');
      expect(await put('forgotten', microseconds(), { a: '2' })).toEqual({ written: 1, skippedAsOlder: 0 });
    },
  );
});
