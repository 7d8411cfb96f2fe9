import { Double, Int32, Long, type ObjectId } from 'bson';
import { MongoBulkWriteError } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf, openTestMongo, type TestMongo } from '../unit/embedded/mongo/open-test-mongo.ts';

let mongo: TestMongo;

beforeAll(async () => {
  mongo = await openTestMongo();
});

afterAll(() => mongo.close());

async function bulkFailure(work: Promise<unknown>): Promise<MongoBulkWriteError> {
  const { error } = await failureOf(work);
  expect(error).toBeInstanceOf(MongoBulkWriteError);
  return error as MongoBulkWriteError;
}

test('an ordered insert stops at the first duplicate', async () => {
  const models = await mongo.holding({ _id: 2 });
  const error = await bulkFailure(models.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]));
  expect(error.code).toBe(11_000);
  expect(error.insertedCount).toBe(1);
  expect(error.writeErrors).toMatchObject([{ index: 1, code: 11_000 }]);
  expect((await models.find().toArray()).map(({ _id }) => _id)).toEqual([2, 1]);
});

test('an unordered insert does all that it can, and tells of each failure', async () => {
  const models = await mongo.holding({ _id: 2 }, { _id: 3 });
  const error = await bulkFailure(
    models.insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }, { _id: 4 }], { ordered: false }),
  );
  expect(error.insertedCount).toBe(2);
  expect(error.writeErrors).toMatchObject([{ index: 0 }, { index: 2 }]);
  expect(await models.countDocuments()).toBe(4);
});

test('a duplicate _id is told of in MongoDB’s words', async () => {
  const models = await mongo.holding({ _id: 'head:fraud' });
  const { code, message, error } = await failureOf(models.insertOne({ _id: 'head:fraud' }));
  expect(code).toBe(11_000);
  expect(message).toBe(
    `E11000 duplicate key error collection: ${models.namespace} index: _id_ dup key: { _id: "head:fraud" }`,
  );
  expect(error).toMatchObject({ keyPattern: { _id: 1 }, keyValue: { _id: 'head:fraud' } });
});

test('1, 1.0 and Long 1 are one _id, and "1" is another', async () => {
  const models = mongo.db.collection<{ _id: unknown }>('numeric-ids');
  await models.insertOne({ _id: new Int32(1) });
  for (const _id of [new Double(1), Long.fromNumber(1)]) {
    expect((await failureOf(models.insertOne({ _id }))).code).toBe(11_000);
    expect(await models.findOne({ _id })).toEqual({ _id: 1 });
  }
  await models.insertOne({ _id: '1' });
  await models.insertOne({ _id: Long.fromBigInt(2n ** 53n + 1n) });
  await models.insertOne({ _id: new Double(2 ** 53) });
  expect(await models.countDocuments()).toBe(4);
});

test.each([[[1]], [/x/]])('an _id of %o is refused', async (_id) => {
  const models = mongo.db.collection<{ _id: unknown }>('odd-ids');
  expect((await failureOf(models.insertOne({ _id }))).code).toBe(53);
});

test('a document without _id gets one, in front', async () => {
  const name = mongo.fresh().collectionName;
  await mongo.db.command({ insert: name, documents: [{ name: 'fraud' }] });
  const made = await mongo.db.collection(name).findOne({});
  expect(Object.keys(made ?? {})).toEqual(['_id', 'name']);
  expect(made?._id._bsontype).toBe('ObjectId');
});

test('a unique index refuses what is there twice, whichever way it comes', async () => {
  const models = await mongo.holding(
    { _id: 1, name: 'fraud', team: 'risk' },
    { _id: 2, name: 'spam', team: 'risk' },
  );
  await models.createIndex({ name: 1, team: 1 }, { unique: true, name: 'by_name' });
  const words =
    /^(?:Plan executor error during findAndModify :: caused by :: )?E11000 duplicate key error collection: test\.c\d+ index: by_name dup key: { name: "fraud", team: "risk" }$/;
  const twice = { name: 'fraud', team: 'risk' };
  for (const work of [
    () => models.insertOne({ _id: 3, ...twice }),
    () => models.updateOne({ _id: 2 }, { $set: { name: 'fraud' } }),
    () => models.replaceOne({ _id: 2 }, twice),
    () => models.updateOne({ _id: 9 }, { $set: twice }, { upsert: true }),
    () => models.findOneAndUpdate({ _id: 2 }, { $set: { name: 'fraud' } }),
  ]) {
    expect(await failureOf(work())).toMatchObject({ code: 11_000, message: expect.stringMatching(words) });
  }
  expect(await models.countDocuments()).toBe(2);
  // What is let go may be taken by another.
  await models.updateOne({ _id: 1 }, { $set: { name: 'fraud-2' } });
  await models.updateOne({ _id: 2 }, { $set: { name: 'fraud' } });
  await models.deleteOne({ _id: 2 });
  await models.insertOne({ _id: 3, ...twice });
});

test('a unique index is not made over what is there twice', async () => {
  const models = await mongo.holding({ a: 1 }, { a: 1 });
  expect(
    (await failureOf(models.createIndexes([{ key: { b: 1 } }, { key: { a: 1 }, unique: true }]))).code,
  ).toBe(11_000);
  expect((await models.indexes()).map(({ name }) => name)).toEqual(['_id_']);
});

test('an index over all that is in some documents is kept as it was asked for', async () => {
  const models = await mongo.holding({ _id: 1, kind: 'HEAD', document: { layers: [{ units: 1 }] } });
  const heads = { name: 'heads', partialFilterExpression: { kind: 'HEAD' } };
  await models.createIndex({ 'document.$**': 1 }, heads);
  await models.createIndex({ 'document.$**': 1 }, heads);
  expect(await models.indexes()).toMatchObject([
    { name: '_id_' },
    { key: { 'document.$**': 1 }, partialFilterExpression: { kind: 'HEAD' } },
  ]);
  const other = { name: 'heads', partialFilterExpression: { kind: 'RUN' } };
  expect(await failureOf(models.createIndex({ 'document.$**': 1 }, other))).toMatchObject({ code: 86 });
  expect(await failureOf(models.createIndex({ 'a.$**': 1 }, { unique: true }))).toMatchObject({ code: 67 });
  expect(await failureOf(models.createIndex({ 'a.$**': -1 }))).toMatchObject({ code: 67 });
});

test('an index of the same name or key with other options is refused', async () => {
  const models = await mongo.holding({ a: 1 });
  await models.createIndex({ a: 1 });
  await models.createIndex({ a: 1 });
  expect(await failureOf(models.createIndex({ b: 1 }, { name: 'a_1' }))).toMatchObject({ code: 86 });
  expect(await failureOf(models.createIndex({ a: 1 }, { name: 'other' }))).toMatchObject({ code: 85 });
  expect(await failureOf(models.createIndex({ a: 1 }, { unique: true }))).toMatchObject({ code: 86 });
  expect((await models.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1']);
});

test('matched and modified are told apart', async () => {
  const models = await mongo.holding({ _id: 1, a: 1 }, { _id: 2, a: 2 }, { _id: 3, a: 1 });
  expect(await models.updateMany({}, { $set: { a: 1 } })).toMatchObject({
    matchedCount: 3,
    modifiedCount: 1,
    upsertedCount: 0,
  });
  expect(await models.updateOne({ _id: 1 }, { $set: { a: 1 } })).toMatchObject({
    matchedCount: 1,
    modifiedCount: 0,
  });
  expect(await models.updateOne({ _id: 1 }, { $set: { a: new Double(1) } })).toMatchObject({
    matchedCount: 1,
    modifiedCount: 1,
  });
  expect(await models.replaceOne({ _id: 2 }, { a: 1 })).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
  expect(await models.updateOne({ _id: 9 }, { $set: { a: 1 } })).toMatchObject({
    matchedCount: 0,
    modifiedCount: 0,
    upsertedId: null,
  });
});

test('an upsert takes the equalities of its filter, then the update', async () => {
  const models = mongo.fresh();
  const filter = { _id: 'x', kind: { $eq: 'HEAD' }, 'o.p': 1, size: { $gt: 3 }, $and: [{ q: 2 }] };
  const result = await models.updateOne(
    filter,
    { $set: { name: 'fraud' }, $setOnInsert: { revision: 1 } },
    { upsert: true },
  );
  expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 'x' });
  expect(await models.findOne({})).toEqual({
    _id: 'x',
    kind: 'HEAD',
    o: { p: 1 },
    q: 2,
    name: 'fraud',
    revision: 1,
  });

  await models.updateOne(
    { _id: 'x' },
    { $set: { name: 'spam' }, $setOnInsert: { revision: 9 } },
    { upsert: true },
  );
  expect(await models.findOne({ _id: 'x' })).toMatchObject({ name: 'spam', revision: 1 });
});

test('an upserted replacement takes the _id of the filter, and nothing else', async () => {
  const models = mongo.fresh();
  await models.replaceOne({ _id: 'x', kind: 'HEAD' }, { name: 'fraud' }, { upsert: true });
  expect(await models.findOne({})).toEqual({ _id: 'x', name: 'fraud' });
  const { upsertedId } = await models.replaceOne({ kind: 'RUN' }, { name: 'run' }, { upsert: true });
  expect((upsertedId as unknown as ObjectId)._bsontype).toBe('ObjectId');
});

test.each([
  [{ a: 1, $and: [{ a: 2 }] }, { $set: { b: 1 } }, 54],
  [{ _id: 1 }, { $set: { _id: 2 } }, 66],
])('an upsert of %o that cannot be is refused', async (filter, update, code) => {
  const models = mongo.fresh();
  expect((await failureOf(models.updateOne(filter, update, { upsert: true }))).code).toBe(code);
  expect(await models.countDocuments()).toBe(0);
});

test('a mixed bulk counts each kind', async () => {
  const models = await mongo.holding({ _id: 1, a: 1 }, { _id: 2, a: 1 }, { _id: 3, a: 1 });
  const result = await models.bulkWrite([
    { insertOne: { document: { _id: 4, a: 2 } } },
    { updateMany: { filter: { a: 1 }, update: { $inc: { a: 1 } } } },
    { updateOne: { filter: { _id: 5 }, update: { $set: { a: 9 } }, upsert: true } },
    { replaceOne: { filter: { _id: 4 }, replacement: { b: 1 } } },
    { deleteOne: { filter: { _id: 1 } } },
    { deleteMany: { filter: { a: 2 } } },
  ]);
  expect(result).toMatchObject({
    insertedCount: 1,
    matchedCount: 4,
    modifiedCount: 4,
    upsertedCount: 1,
    deletedCount: 3,
  });
  expect(result.upsertedIds).toEqual({ 2: 5 });
  expect(await models.find().toArray()).toEqual([
    { _id: 4, b: 1 },
    { _id: 5, a: 9 },
  ]);
});

test('a bulk that fails half way tells what it did', async () => {
  const models = await mongo.holding({ _id: 1, a: 'x' }, { _id: 2, a: 1 });
  const updates = [2, 1, 2].map((_id) => ({ updateOne: { filter: { _id }, update: { $inc: { a: 1 } } } }));
  const ordered = await bulkFailure(models.bulkWrite(updates));
  expect([ordered.modifiedCount, ordered.code]).toEqual([1, 14]);
  const unordered = await bulkFailure(models.bulkWrite(updates, { ordered: false }));
  expect(unordered.modifiedCount).toBe(2);
  expect(await models.findOne({ _id: 2 })).toEqual({ _id: 2, a: 4 });
});

test('findOneAndUpdate gives the document before, or after', async () => {
  const models = await mongo.holding({ _id: 1, a: 1, b: 9 }, { _id: 2, a: 5, b: 9 });
  expect(await models.findOneAndUpdate({ _id: 1 }, { $inc: { a: 1 } })).toEqual({ _id: 1, a: 1, b: 9 });
  const options = { sort: { a: -1 }, projection: { a: 1, _id: 0 }, returnDocument: 'after' } as const;
  expect(await models.findOneAndUpdate({ b: 9 }, { $inc: { a: 1 } }, options)).toEqual({ a: 6 });
  expect(await models.findOneAndUpdate({ _id: 9 }, { $inc: { a: 1 } })).toBeNull();
  expect(await models.findOneAndUpdate({ _id: 9 }, { $inc: { a: 1 } }, { upsert: true })).toBeNull();
  expect(
    await models.findOneAndUpdate({ _id: 8 }, { $set: { a: 1 } }, { upsert: true, returnDocument: 'after' }),
  ).toEqual({ _id: 8, a: 1 });
});

test('findOneAndReplace and findOneAndDelete', async () => {
  const models = await mongo.holding({ _id: 1, a: 1 }, { _id: 2, a: 2 });
  expect(await models.findOneAndReplace({ _id: 1 }, { b: 1 }, { returnDocument: 'after' })).toEqual({
    _id: 1,
    b: 1,
  });
  expect(await models.findOneAndReplace({ _id: 1 }, { c: 1 })).toEqual({ _id: 1, b: 1 });
  expect(await models.findOneAndDelete({}, { sort: { _id: -1 } })).toEqual({ _id: 2, a: 2 });
  expect(await models.findOneAndDelete({ _id: 2 })).toBeNull();
  const meta = await models.findOneAndUpdate(
    { _id: 7 },
    { $set: { a: 1 } },
    { upsert: true, includeResultMetadata: true },
  );
  expect(meta).toMatchObject({ value: null, lastErrorObject: { n: 1, updatedExisting: false, upserted: 7 } });
});

test('deleteOne takes one, deleteMany all', async () => {
  const models = await mongo.holding({ a: 1 }, { a: 1 }, { a: 1 }, { a: 2 });
  expect(await models.deleteOne({ a: 1 })).toMatchObject({ deletedCount: 1 });
  expect(await models.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 2 });
  expect(await models.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 0 });
  expect(await models.estimatedDocumentCount()).toBe(1);
});

test('a write that finds nothing makes no collection', async () => {
  const models = mongo.fresh();
  await models.updateOne({ a: 1 }, { $set: { a: 2 } });
  await models.deleteMany({});
  await models.findOneAndUpdate({ a: 1 }, { $set: { a: 2 } });
  expect(await mongo.db.listCollections({ name: models.collectionName }).toArray()).toEqual([]);
});

test.each([
  [{ update: 'c', updates: [{ q: {}, u: { a: 1 }, multi: true }] }, 9, 'multi update is not supported'],
  [{ update: 'c', updates: [{ q: {}, u: { a: 1, $set: { b: 1 } } }] }, 52, 'replacement document'],
  [{ delete: 'c', deletes: [{ q: {}, limit: 2 }] }, 9, 'must be 0 or 1'],
  [{ delete: 'c', deletes: [{ q: {}, limit: 1, foo: 1 }] }, 40_415, "'foo' is an unknown field"],
  [{ insert: 'c', documents: [5] }, 14, 'insert.documents'],
])('a statement like %j is refused', async (command, code, words) => {
  const { writeErrors } = await mongo.db.command(command);
  expect(writeErrors).toMatchObject([{ index: 0, code, errmsg: expect.stringContaining(words) }]);
});

test.each([
  [{ insert: 'c', documents: [] }, 2],
  [{ findAndModify: 'c', query: {} }, 9],
  [{ findAndModify: 'c', remove: true, update: { $set: { a: 1 } } }, 9],
  [{ findAndModify: 'c', remove: true, new: true }, 9],
  [{ findAndModify: 'c', remove: true, upsert: true }, 9],
  [{ insert: '', documents: [{}] }, 73],
  [{ insert: 'a$b', documents: [{}] }, 73],
])('a command like %j is refused', async (command, code) => {
  expect((await failureOf(mongo.db.command(command))).code).toBe(code);
});
