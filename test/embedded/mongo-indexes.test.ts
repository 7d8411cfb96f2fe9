import { BSONRegExp, Decimal128, type Document, Double, Int32, Long } from 'bson';
import fc from 'fast-check';
import type { Collection } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestMongo, type Stored, type TestMongo } from '../unit/embedded/mongo/open-test-mongo.ts';

let mongo: TestMongo;

beforeAll(async () => {
  mongo = await openTestMongo({ promoteValues: false });
});

afterAll(() => mongo.close());

const indexes = [
  { key: { kind: 1, size: 1 }, name: 'by_kind' },
  { key: { 'document.$**': 1 }, name: 'by_value', partialFilterExpression: { kind: 'HEAD' } },
] as const;
// Of one kind, and by it.
const partial = { key: { kind: 1 }, name: 'heads', partialFilterExpression: { kind: 'HEAD' } } as const;
const wildcard = { key: { 'document.$**': 1 }, name: 'of_all' } as const;

// Few, so that documents and filters meet; among them what is equal, or nearly, in other types.
const scalar = fc.oneof(
  fc.constantFrom<unknown>(new Double(0.5), new Int32(1), new Int32(2), 'a', 'ab', '.', true, null),
  fc.constantFrom<unknown>(
    ...[new Double(-0), new Int32(0), new Double(Number.NaN), new Double(Number.POSITIVE_INFINITY)],
    ...[Long.fromNumber(1), Long.fromString('9007199254740993'), new Double(9_007_199_254_740_992)],
    ...[Decimal128.fromString('0.5'), Decimal128.fromString('0.1'), new Double(0.1)],
    ...['', 'b', 'ｚ', '😀', false, new Date(0), new Date(1)],
  ),
);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.constant(new BSONRegExp('^a')),
  fc.array(scalar, { minLength: 1, maxLength: 3 }),
  fc.record({ b: scalar }),
  fc.array(fc.record({ b: scalar }), { minLength: 1, maxLength: 2 }),
);
const bodyOf = (a: fc.Arbitrary<unknown>) => fc.record({ a, c: fc.record({ d: a }) }, { requiredKeys: [] });
// So that values come several times.
const few = fc.constantFrom<unknown>(new Int32(1), new Double(0.5), new Double(Number.NaN), 'a', true, null);
const kind = fc.constantFrom('HEAD', 'RUN');

const condition = fc.oneof(
  scalar,
  fc.record({ $eq: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $ne: scalar }),
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar }),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.record({ $lte: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.constantFrom(
    { $regex: '^a' },
    { $regex: '^\\.' },
    { $regex: 'b' },
    { $regex: '^A', $options: 'i' },
    { $regex: '^a|b' },
  ),
);
const path = fc.constantFrom('document.a', 'document.c.d', 'document.a.b', 'document.a.0', 'kind');
const part = fc.tuple(path, condition).map(([at, is]) => ({ [at]: is }));
const filter = fc.record(
  {
    kind,
    $and: fc.array(part, { minLength: 1, maxLength: 2 }),
    $or: fc.array(part, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['$and'] },
);
const key = fc.oneof(
  path.map((at) => [`$${at}`]),
  path.map((at) => [{ $type: `$${at}` }]),
  // What is first in an array, and what is in it.
  path.map((at) => [
    { $cond: [{ $isArray: [`$${at}`] }, { $arrayElemAt: [`$${at}`, 0] }, `$${at}.0`] },
    '$v.b',
  ]),
);
const what = fc.constantFrom('put', 'put', 'put', 'drop', 'ask', 'group');
const writesOf = (body: fc.Arbitrary<unknown>) =>
  fc.array(fc.record({ id: fc.nat(9), what, kind, body, filter, key }), { maxLength: 30, size: 'max' });
const writes = fc.oneof(...[few, fc.oneof(few, scalar), value].map((one) => writesOf(bodyOf(one))));

async function ids(collection: Collection<Stored>, asked: Document): Promise<unknown[]> {
  return (await collection.find(asked).toArray()).map(({ _id }) => String(_id)).sort();
}

/** What is counted of the values that a key gives; `plainly`: document by document, which another stage enforces. */
async function counts(
  collection: Collection<Stored>,
  asked: Document,
  key: readonly unknown[],
  plainly: boolean,
) {
  const isSmall = {
    $and: [{ $gt: ['$v', -10] }, { $lt: ['$v', 10] }, { $ne: [{ $type: '$v' }, 'decimal'] }],
  };
  const sums = { twice: { $sum: 2 }, total: { $sum: { $cond: [isSmall, '$v', 0] } }, max: { $max: '$v' } };
  const pipeline = [
    { $match: asked },
    ...key.map((v) => ({ $project: { _id: 0, v } })),
    ...(plainly ? [{ $skip: 0 }] : []),
    { $unwind: { path: '$v', preserveNullAndEmptyArrays: true } },
    {
      $facet: {
        each: [{ $group: { _id: '$v', n: { $sum: 1 } } }],
        typed: [{ $match: { v: { $exists: true } } }, { $group: { _id: { $type: '$v' }, ...sums } }],
        numbers: [{ $match: { v: { $gt: -1, $lt: 2 } } }, { $group: { _id: null, n: { $count: {} } } }],
        ranges: [{ $bucket: { groupBy: '$v', boundaries: [0, 0.5, 2], default: 'none' } }],
        few: [{ $group: { _id: '$v', n: { $sum: 1 } } }, { $sort: { n: -1, _id: 1 } }, { $limit: 1 }],
        all: [{ $match: { v: { $ne: null } } }, { $count: 'n' }],
      },
    },
  ];
  const [facets] = await collection.aggregate<Record<string, Document[]>>(pipeline).toArray();
  // In no order, and of equal values any may stand for all.
  return Object.entries(facets ?? {}).map(([name, rows]) => [name, ...rows.map((row) => rowOf(row)).sort()]);
}

const rowOf = ({ total = 0, ...row }: Document) =>
  `${JSON.stringify(shown(row))} ${Math.round(Number(total) * 1e6)}`;

/** Numbers as such, whatever their type. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const type = (value as { _bsontype?: string })._bsontype;
  if (type === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]));
  return type === 'BSONRegExp' ? String(value) : `number ${Number(String(value)) + 0}`;
}

test('filters find, and groups count, the same with indexes as without, whatever was written in between', async () => {
  const run = fc.asyncProperty(
    writes,
    fc.array(filter, { minLength: 1, maxLength: 10, size: 'max' }),
    fc.array(key, { minLength: 1, maxLength: 5 }),
    fc.boolean(),
    async (writes, filters, keys, ofHeads) => {
      const [plain, indexed] = [mongo.fresh(), mongo.fresh()];
      await indexed.createIndexes((ofHeads ? [...indexes] : [wildcard, partial]) as never);
      const same = async (asked: Document) =>
        expect(await ids(indexed, asked)).toEqual(await ids(plain, asked));
      const sameCounts = async (by: readonly unknown[]) => {
        for (const asked of [{}, { kind: 'HEAD' }, { kind: 'HEAD', 'document.a': 1 }])
          expect(await counts(indexed, asked, by, false)).toEqual(await counts(plain, asked, by, true));
      };
      for (const { id, what, kind, body, filter, key } of writes) {
        if (what === 'ask') await same(filter);
        else if (what === 'group') await sameCounts(key);
        else {
          for (const collection of [plain, indexed]) {
            if (what === 'drop') await collection.deleteOne({ _id: id });
            else await collection.replaceOne({ _id: id }, { kind, document: body }, { upsert: true });
          }
        }
      }
      for (const asked of filters) {
        await same(asked);
        for (const options of [{}, { limit: 3 }])
          expect(await indexed.countDocuments(asked, options)).toEqual(
            await plain.countDocuments(asked, options),
          );
      }
      for (const by of keys) await sameCounts(by);
    },
  );
  await fc.assert(run, { numRuns: 150 });
}, 60_000);

test('explain tells the index, and that there is none', async () => {
  const models = await mongo.holding({ _id: 1, kind: 'HEAD', document: { a: 1 } });
  await models.createIndexes([...indexes] as never);
  const planOf = async (asked: Document) => JSON.stringify(await models.find(asked).explain('queryPlanner'));
  expect(await planOf({ kind: 'HEAD', 'document.a': { $gt: 0 } })).toContain('"IXSCAN"');
  expect(await planOf({ kind: { $in: ['HEAD', 'RUN'] } })).toContain('"by_kind"');
  // The index over values is of heads only.
  expect(await planOf({ 'document.a': { $gt: 0 } })).toContain('COLLSCAN');
  expect(await planOf({ size: 1 })).toContain('COLLSCAN');
});
