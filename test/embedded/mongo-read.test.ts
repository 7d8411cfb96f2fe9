import { Binary, BSONRegExp, type Document, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf, openTestMongo, type TestMongo } from '../unit/embedded/mongo/open-test-mongo.ts';

let mongo: TestMongo;

beforeAll(async () => {
  mongo = await openTestMongo();
});

afterAll(() => mongo.close());

const many = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ _id: n, half: Math.floor(n / 2), odd: n % 2 === 1 }));
const idsOf = (documents: Document[]) => documents.map(({ _id }) => _id);

test('a find over many batches gives each document once', async () => {
  const models = await mongo.holding(...many(1_250));
  for (const options of [{}, { batchSize: 7 }, { batchSize: 1_249 }, { batchSize: 1_250 }]) {
    expect(idsOf(await models.find({}, options).toArray())).toEqual(idsOf(many(1_250)));
  }
  expect(idsOf(await models.aggregate([{ $match: {} }], { batchSize: 500 }).toArray())).toEqual(
    idsOf(many(1_250)),
  );
  expect(idsOf(await models.find({}, { limit: 300, skip: 1_000 }).toArray())).toEqual(
    idsOf(many(1_250).slice(1_000)),
  );
  expect(idsOf(await models.find({}, { limit: -5 }).toArray())).toEqual([0, 1, 2, 3, 4]);
});

test('the first batch is 101 documents, or what was asked for', async () => {
  const models = await mongo.holding(...many(200));
  const sizeOf = async (more: Document) => {
    const { cursor } = await mongo.db.command({ find: models.collectionName, ...more });
    await mongo.db.command({
      killCursors: models.collectionName,
      cursors: [Long.fromNumber(Number(cursor.id))],
    });
    return [cursor.firstBatch.length, Number(cursor.id) === 0];
  };
  expect(await sizeOf({})).toEqual([101, false]);
  expect(await sizeOf({ batchSize: 0 })).toEqual([0, false]);
  expect(await sizeOf({ batchSize: 300 })).toEqual([200, true]);
  expect(await sizeOf({ batchSize: 5, singleBatch: true })).toEqual([5, true]);
});

test('a batch is 16 MB at most', async () => {
  const models = await mongo.holding(
    ...Array.from({ length: 6 }, (_, _id) => ({ _id, text: 'x'.repeat(5_000_000) })),
  );
  const { cursor } = await mongo.db.command({ find: models.collectionName });
  expect(idsOf(cursor.firstBatch)).toEqual([0, 1, 2]);
  expect(idsOf(await models.find().toArray())).toEqual([0, 1, 2, 3, 4, 5]);
});

test('an aggregation that takes longer than it may is given up', async () => {
  const models = await mongo.holding(...many(5_000));
  const sortings = Array.from({ length: 20 }, (_, n) => ({ $sort: { half: n % 2 ? 1 : -1 } }));
  expect(await models.aggregate(sortings, { maxTimeMS: 60_000 }).toArray()).toHaveLength(5_000);
  expect(await failureOf(models.aggregate(sortings, { maxTimeMS: 1 }).toArray())).toMatchObject({ code: 50 });
});

test('a cursor that was killed or never was is not found', async () => {
  const models = await mongo.holding(...many(10));
  const name = models.collectionName;
  const { cursor } = await mongo.db.command({ find: name, batchSize: 2 }, { promoteValues: false });
  const getMore = { getMore: cursor.id, collection: name };
  expect(await failureOf(mongo.db.command({ ...getMore, collection: 'other' }))).toMatchObject({ code: 43 });
  const killed = await mongo.db.command({
    killCursors: name,
    cursors: [cursor.id, Long.fromNumber(999_999)],
  });
  expect(killed).toMatchObject({
    cursorsKilled: [Number(cursor.id)],
    cursorsNotFound: [999_999],
    cursorsAlive: [],
    cursorsUnknown: [],
  });
  expect(await failureOf(mongo.db.command(getMore))).toMatchObject({
    code: 43,
    message: `cursor id ${cursor.id} not found`,
  });
  expect(await failureOf(mongo.db.command({ getMore: 'x', collection: name }))).toMatchObject({ code: 14 });
});

test('a reader that stops early leaves no cursor', async () => {
  const models = await mongo.holding(...many(300));
  const commands: string[] = [];
  const watching = mongo.connect({ monitorCommands: true });
  watching.on('commandSucceeded', ({ commandName }) => commands.push(commandName));
  for await (const { _id } of watching
    .db('test')
    .collection(models.collectionName)
    .find({}, { batchSize: 10 })) {
    if (Number(_id) === 15) break;
  }
  expect(commands).toEqual(['find', 'getMore', 'killCursors']);
});

test('a sort goes across all types, in MongoDB’s order', async () => {
  const ordered = [
    ...[
      new MinKey(),
      [],
      null,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      -1,
      new Double(0.5),
      Long.fromBigInt(2n ** 60n),
      '',
    ],
    ...[
      'B',
      'a',
      'é',
      '🦊',
      {},
      { a: 1 },
      { a: 2 },
      { b: 0 },
      { a: 'x' },
      new Binary(Buffer.from('zz')),
      new Binary(Buffer.from('aaa')),
    ],
    ...[
      new ObjectId('000000000000000000000000'),
      new ObjectId('ffffffffffffffffffffffff'),
      false,
      true,
      new Date(0),
      new Date(1),
    ],
    ...[new Timestamp({ t: 1, i: 1 }), new Timestamp({ t: 1, i: 2 }), new BSONRegExp('a'), new MaxKey()],
  ].map((a, n) => ({ _id: n, a }));
  const models = await mongo.holding(
    ...ordered.toSorted(({ _id: a }, { _id: b }) => ((a * 7) % 29) - ((b * 7) % 29)),
  );
  expect(idsOf(await models.find().sort({ a: 1 }).toArray())).toEqual(idsOf(ordered));
  expect(idsOf(await models.find().sort({ a: -1 }).toArray())).toEqual(idsOf(ordered).reverse());
  expect(idsOf(await models.aggregate([{ $sort: { a: 1 } }]).toArray())).toEqual(idsOf(ordered));
});

test('an array is sorted by its least member up, and by its greatest down', async () => {
  const models = await mongo.holding(
    { _id: 1, a: [5, 1] },
    { _id: 2, a: 3 },
    { _id: 3, a: [2, 4] },
    { _id: 4 },
    { _id: 5, a: [] },
  );
  expect(idsOf(await models.find().sort({ a: 1 }).toArray())).toEqual([5, 4, 1, 3, 2]);
  expect(idsOf(await models.find().sort({ a: -1 }).toArray())).toEqual([1, 3, 2, 4, 5]);
});

test('equal ones keep their order, and further keys decide', async () => {
  const models = await mongo.holding(...many(6));
  expect(idsOf(await models.find().sort({ odd: -1 }).toArray())).toEqual([1, 3, 5, 0, 2, 4]);
  expect(idsOf(await models.find().sort({ odd: 1, half: -1 }).skip(1).limit(3).toArray())).toEqual([2, 0, 5]);
  expect(idsOf(await models.find().sort({ 'x.y': 1 }).limit(2).toArray())).toEqual([0, 1]);
});

test('the first few are those of the whole sort', async () => {
  const documents = fc.array(fc.record({ a: fc.integer({ min: 0, max: 5 }), b: fc.nat(3) }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(documents, fc.integer({ min: 1, max: 6 }), async (unsorted, limit) => {
      const models = await mongo.holding(
        { _id: -1, a: 9, b: 9 },
        ...unsorted.map((one, _id) => ({ _id, ...one })),
      );
      const sorted = idsOf(await models.find().sort({ a: -1, b: 1 }).toArray());
      expect(idsOf(await models.find().sort({ a: -1, b: 1 }).limit(limit).toArray())).toEqual(
        sorted.slice(0, limit),
      );
      const expected = [...unsorted.entries()].sort(([, x], [, y]) => y.a - x.a || x.b - y.b);
      expect(sorted).toEqual([-1, ...expected.map(([_id]) => _id)]);
    }),
    { numRuns: 50 },
  );
});

test('a member of an array is told by its position, from either end', async () => {
  const models = await mongo.holding({ _id: 1, a: [1, null, 'c'], n: null, text: 'abc' });
  const at = async (list: unknown, position: unknown) => {
    const [found] = await models
      .aggregate([{ $project: { v: { $arrayElemAt: [list, position] } } }])
      .toArray();
    return found;
  };
  expect(await at('$a', 0)).toEqual({ _id: 1, v: 1 });
  expect(await at('$a', -1)).toEqual({ _id: 1, v: 'c' });
  expect(await at('$a', 1)).toEqual({ _id: 1, v: null });
  expect(await at('$a', 3)).toEqual({ _id: 1 });
  expect(await at('$n', 0)).toEqual({ _id: 1, v: null });
  expect(await at('$nowhere', 0)).toEqual({ _id: 1, v: null });
  expect(await failureOf(at('$text', 0))).toMatchObject({ code: 28_689 });
  expect(await failureOf(at('$a', '0'))).toMatchObject({ code: 28_690 });
});

const whole = {
  _id: 1,
  a: 1,
  b: { c: 1, d: { e: 2, f: 3 } },
  list: [{ x: 1, y: 2 }, 5, [{ x: 3, y: 4 }], { y: 6 }],
};
const projections: [Document, Document][] = [
  [{ a: 1 }, { _id: 1, a: 1 }],
  [{ a: true, _id: 0 }, { a: 1 }],
  [
    { a: 0, list: 0 },
    { _id: 1, b: whole.b },
  ],
  [{ a: 0, _id: 0, list: false }, { b: whole.b }],
  [
    { _id: 1, a: 0, b: 0 },
    { _id: 1, list: whole.list },
  ],
  [{ _id: 1 }, { _id: 1 }],
  [
    { _id: 0, list: 1, a: 1 },
    { a: 1, list: whole.list },
  ],
  [{ 'b.d.e': 1 }, { _id: 1, b: { d: { e: 2 } } }],
  [
    { 'b.d.e': 0, list: 0 },
    { _id: 1, a: 1, b: { c: 1, d: { f: 3 } } },
  ],
  [{ 'list.x': 1, _id: 0 }, { list: [{ x: 1 }, [{ x: 3 }], {}] }],
  [
    { 'list.x': 0, b: 0 },
    { _id: 1, a: 1, list: [{ y: 2 }, 5, [{ y: 4 }], { y: 6 }] },
  ],
  [
    { 'a.z': 1, 'b.z': 1, z: 1 },
    { _id: 1, b: {} },
  ],
  [{ '__proto__.x': 1, constructor: 1 }, { _id: 1 }],
];

test.each(projections)('a projection %j gives its part', async (projection, part) => {
  const models = await mongo.holding(whole);
  expect(await models.findOne({}, { projection })).toEqual(part);
  expect(Object.keys((await models.findOne({}, { projection })) ?? {})).toEqual(Object.keys(part));
  expect(await models.aggregate([{ $project: projection }]).toArray()).toEqual([part]);
});

test.each([
  [{ b: 1, 'b.c': 1 }, 31_249],
  [{ 'b.c': 1, b: 1 }, 31_249],
  [{ a: 1, b: 0 }, 31_254],
  [{ a: 0, b: 1 }, 31_253],
  [{ 'a..b': 1 }, 15_998],
  [{ 'list.$': 1 }, 115],
  [{ list: { $slice: 1 } }, 115],
  [{ a: 'x' }, 115],
  [{ a: null }, 115],
])('a projection %j is refused', async (projection, code) => {
  expect((await failureOf(mongo.fresh().findOne({}, { projection }))).code).toBe(code);
});

test('counts', async () => {
  const models = await mongo.holding(...many(10));
  expect(await models.countDocuments()).toBe(10);
  expect(await models.countDocuments({ odd: true })).toBe(5);
  expect(await models.countDocuments({ odd: true }, { skip: 1, limit: 3 })).toBe(3);
  expect(await models.countDocuments({ _id: 99 })).toBe(0);
  expect(await models.estimatedDocumentCount()).toBe(10);
  expect(await mongo.fresh().estimatedDocumentCount()).toBe(0);
});

test('distinct values, each once', async () => {
  const models = await mongo.holding(
    { a: 1, b: { c: [1, 2] } },
    { a: new Double(1), b: [{ c: 2 }, { c: 3 }] },
    { a: [2, 'x'] },
    { a: null },
    {},
  );
  expect(await models.distinct('a')).toEqual([null, 1, 2, 'x']);
  expect(await models.distinct('b.c')).toEqual([1, 2, 3]);
  expect(await models.distinct('a', { a: 'x' })).toEqual([2, 'x']);
  expect(await mongo.fresh().distinct('a')).toEqual([]);
});

test('documents by many ids, each once', async () => {
  const models = await mongo.holding(...many(50));
  expect(
    idsOf(
      await models
        .find({ _id: { $in: [9, 3, 3, 99, 7] } })
        .sort({ _id: 1 })
        .toArray(),
    ),
  ).toEqual([3, 7, 9]);
  expect(
    idsOf(
      await models
        .find({ _id: { $in: [9, 3, 7] }, odd: true, half: { $gt: 1 } })
        .sort({ _id: -1 })
        .toArray(),
    ),
  ).toEqual([9, 7]);
});

test.each([
  [{ find: 'c', sort: { a: 2 } }, 2],
  [{ find: 'c', sort: 'a' }, 14],
  [{ find: 'c', filter: 5 }, 14],
  [{ find: 'c', projection: 5 }, 14],
  [{ find: 'c', skip: -1 }, 51_024],
  [{ find: 'c', limit: -1 }, 51_024],
  [{ find: 'c', batchSize: -1 }, 51_024],
  [{ find: 'c', limit: 'x' }, 14],
  [{ find: 5 }, 73],
  [{ distinct: 'c', key: 5 }, 14],
  [{ killCursors: 'c', cursors: 'x' }, 14],
])('a command %j is refused', async (command, code) => {
  expect((await failureOf(mongo.db.command(command))).code).toBe(code);
});
