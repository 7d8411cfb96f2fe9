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
);
const body = fc.record({ a: value, c: fc.record({ d: value }) }, { requiredKeys: ['a'] });
const kind = fc.constantFrom('HEAD', 'RUN');

const condition = fc.oneof(
  scalar,
  fc.record({ $eq: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $ne: scalar }),
  fc.record({ $gt: scalar }),
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
const write = fc.record({
  id: fc.nat(9),
  what: fc.constantFrom('put', 'put', 'put', 'drop', 'ask'),
  kind,
  body,
  filter,
});

test('a filter finds the same with indexes as without, whatever was written in between', async () => {
  const run = fc.asyncProperty(
    fc.array(write, { maxLength: 30, size: 'max' }),
    fc.array(filter, { minLength: 1, maxLength: 10, size: 'max' }),
    fc.boolean(),
    async (writes, filters, ofHeads) => {
      const [plain, indexed] = [mongo.fresh(), mongo.fresh()];
      await indexed.createIndexes((ofHeads ? [...indexes] : [wildcard]) as never);
      const ids = async (collection: Collection<Stored>, asked: Document) =>
        (await collection.find(asked).toArray()).map(({ _id }) => String(_id)).sort();
      const same = async (asked: Document) =>
        expect(await ids(indexed, asked)).toEqual(await ids(plain, asked));
      for (const { id, what, kind, body, filter } of writes) {
        if (what === 'ask') await same(filter);
        for (const collection of what === 'ask' ? [] : [plain, indexed]) {
          if (what === 'drop') await collection.deleteOne({ _id: id });
          else await collection.replaceOne({ _id: id }, { kind, document: body }, { upsert: true });
        }
      }
      for (const asked of filters) {
        await same(asked);
        expect(await indexed.countDocuments(asked, { limit: 3 })).toEqual(
          await plain.countDocuments(asked, { limit: 3 }),
        );
      }
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
