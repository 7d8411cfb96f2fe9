import { Decimal128, type Document, Double, Int32, Long, serialize } from 'bson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf, openTestMongo, type TestMongo } from '../unit/embedded/mongo/open-test-mongo.ts';

let mongo: TestMongo;

beforeAll(async () => {
  mongo = await openTestMongo({ promoteValues: false });
});

afterAll(() => mongo.close());

const int = (value: number) => new Int32(value);
const double = (value: number) => new Double(value);
const long = (value: bigint | number) => Long.fromBigInt(BigInt(value));
const hex = (document: Document) => Buffer.from(serialize(document)).toString('hex');

const changes: [string, Document, Document, Document][] = [
  ['$set makes objects on the way', { a: 1 }, { $set: { 'b.c': 2 } }, { a: 1, b: { c: 2 } }],
  ['$set fills an array up', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
  [
    '$set writes new fields in the order of their names',
    {},
    { $set: { b: 1, a: 2, 'c.10': 1, 'c.9': 2 } },
    { a: 2, b: 1, c: { 9: 2, 10: 1 } },
  ],
  ['$set replaces a value of another type', { a: int(1) }, { $set: { a: double(1) } }, { a: double(1) }],
  ['$set with nothing changes nothing', { a: 1 }, { $set: {} }, { a: 1 }],
  ['$setOnInsert does nothing to what is there', { a: 1 }, { $setOnInsert: { a: 2 } }, { a: 1 }],
  [
    '$unset removes',
    { a: 1, b: { c: 1, d: 2 } },
    { $unset: { a: '', 'b.c': '', 'x.y': '' } },
    { b: { d: 2 } },
  ],
  [
    '$unset leaves null in an array',
    { a: [1, 2, 3] },
    { $unset: { 'a.1': '', 'a.9': '' } },
    { a: [1, null, 3] },
  ],
  ['$unset through a scalar does nothing', { a: 1 }, { $unset: { 'a.b': '' } }, { a: 1 }],
  ['$inc int by int is int', { a: int(1) }, { $inc: { a: int(2) } }, { a: int(3) }],
  [
    '$inc beyond 32 bits is long',
    { a: int(2_147_483_647) },
    { $inc: { a: int(1) } },
    { a: long(2_147_483_648) },
  ],
  ['$inc int by long is long', { a: int(1) }, { $inc: { a: long(2) } }, { a: long(3) }],
  [
    '$inc long beyond 2^53 is exact',
    { a: long(9_007_199_254_740_993n) },
    { $inc: { a: int(1) } },
    { a: long(9_007_199_254_740_994n) },
  ],
  ['$inc int by double is double', { a: int(1) }, { $inc: { a: double(2) } }, { a: double(3) }],
  [
    '$inc of nothing is the number',
    { b: 1 },
    { $inc: { a: double(1), 'c.d': long(2) } },
    { b: 1, a: double(1), c: { d: long(2) } },
  ],
  ['$inc in an array', { a: [1, 2] }, { $inc: { 'a.1': 5 } }, { a: [1, 7] }],
  ['$mul int by int is int', { a: int(3) }, { $mul: { a: int(4) } }, { a: int(12) }],
  [
    '$mul beyond 32 bits is long',
    { a: int(65_536) },
    { $mul: { a: int(65_536) } },
    { a: long(4_294_967_296) },
  ],
  [
    '$mul of nothing is zero of the type',
    {},
    { $mul: { a: double(2), b: int(2), c: long(2) } },
    { a: double(0), b: int(0), c: long(0) },
  ],
  ['$min takes what is less', { a: 5, b: 1 }, { $min: { a: 3, b: 3, c: 3 } }, { a: 3, b: 1, c: 3 }],
  ['$max takes what is greater', { a: 5, b: 1 }, { $max: { a: 3, b: 3, c: 3 } }, { a: 5, b: 3, c: 3 }],
  [
    '$min and $max compare across types',
    { a: 'x', b: 9, c: null },
    { $min: { a: 1 }, $max: { b: 'x', c: 1 } },
    { a: 1, b: 'x', c: 1 },
  ],
  ['$rename moves a field', { a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
  ['$rename of nothing does nothing', { b: 2 }, { $rename: { a: 'b' } }, { b: 2 }],
  ['$push adds one', { a: [1] }, { $push: { a: 2, b: { x: 1 } } }, { a: [1, 2], b: [{ x: 1 }] }],
  ['$push of an array adds an array', { a: [1] }, { $push: { a: [2, 3] } }, { a: [1, [2, 3]] }],
  [
    '$push $each with $position',
    { a: [1, 4] },
    { $push: { a: { $each: [2, 3], $position: 1 } } },
    { a: [1, 2, 3, 4] },
  ],
  [
    '$push $each with a negative $position',
    { a: [1, 4] },
    { $push: { a: { $each: [2, 3], $position: -1 } } },
    { a: [1, 2, 3, 4] },
  ],
  [
    '$push $each with $slice',
    { a: [1, 2] },
    { $push: { a: { $each: [3, 4], $slice: -3 } } },
    { a: [2, 3, 4] },
  ],
  ['$push $each with $slice 0', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: 0 } } }, { a: [] }],
  [
    '$addToSet adds what is not there',
    { a: [1, { x: 1, y: 2 }] },
    { $addToSet: { a: { y: 2, x: 1 } } },
    { a: [1, { x: 1, y: 2 }, { y: 2, x: 1 }] },
  ],
  [
    '$addToSet $each',
    { a: [1, 'x'] },
    { $addToSet: { a: { $each: [double(1), 'y', 'x', 'y'] } } },
    { a: [1, 'x', 'y'] },
  ],
  ['$pull by value', { a: [1, 2, double(1), '1', [1]] }, { $pull: { a: 1 } }, { a: [2, '1', [1]] }],
  ['$pull by condition', { a: [1, 5, 9, 'x'] }, { $pull: { a: { $gte: 5 } } }, { a: [1, 'x'] }],
  ['$pull by object', { a: [{ x: 1, y: 1 }, { x: 2 }, 3] }, { $pull: { a: { x: 1 } } }, { a: [{ x: 2 }, 3] }],
  [
    '$pull by object with a condition',
    { a: [{ x: 1 }, { x: 5 }] },
    { $pull: { a: { x: { $gt: 3 } } } },
    { a: [{ x: 1 }] },
  ],
  ['$pull by pattern', { a: ['cat', 'dog'] }, { $pull: { a: /^c/ } }, { a: ['dog'] }],
  ['$pull of nothing does nothing', { b: 1 }, { $pull: { a: 1 } }, { b: 1 }],
  ['$pullAll', { a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  [
    '$pop the last, and the first',
    { a: [1, 2, 3], b: [1, 2] },
    { $pop: { a: 1, b: -1 } },
    { a: [1, 2], b: [2] },
  ],
];

test.each(changes)('%s', async (_, before, update, after) => {
  const models = await mongo.holding({ _id: 1, ...before });
  await models.updateOne({ _id: 1 } as Document, update);
  expect(hex((await models.findOne({})) ?? {})).toBe(hex({ _id: 1, ...after }));
});

test('$currentDate writes a date or a timestamp', async () => {
  const models = await mongo.holding({ _id: 1 });
  await models.updateOne({}, {
    $currentDate: { a: true, b: { $type: 'date' }, c: { $type: 'timestamp' } },
  } as Document);
  expect(await models.findOne({})).toMatchObject({
    a: expect.any(Date),
    b: expect.any(Date),
    c: { _bsontype: 'Timestamp' },
  });
});

describe('is refused and leaves the document as it was:', () => {
  const refusals: [string, Document | Document[], number, RegExp][] = [
    [
      '$inc of a string',
      { $inc: { s: 1 } },
      14,
      /^Cannot apply \$inc to a value of non-numeric type. {_id: 1} has the field 's' of non-numeric type string$/,
    ],
    ['$inc by a string', { $inc: { n: '1' } }, 14, /Cannot increment with non-numeric argument: {n: "1"}/],
    ['$inc of null', { $inc: { z: 1 } }, 14, /of non-numeric type null/],
    ['$mul of an array', { $mul: { a: 2 } }, 14, /non-numeric type array/],
    ['$inc beyond 64 bits', { $inc: { l: 1 } }, 2, /Failed to apply \$inc/],
    ['$inc by a decimal', { $inc: { n: Decimal128.fromString('1') } }, 115, /Decimal128/],
    [
      '$push on a scalar',
      { $push: { s: 1 } },
      2,
      /^The field 's' must be an array but is of type string in document {_id: 1}$/,
    ],
    ['$addToSet on a scalar', { $addToSet: { n: 1 } }, 2, /Cannot apply \$addToSet to a non-array field/],
    ['$pull on a scalar', { $pull: { n: 1 } }, 2, /Cannot apply \$pull to a non-array/],
    ['$pop on a scalar', { $pop: { n: 1 } }, 14, /non-array type 'int'/],
    ['$pop by 2', { $pop: { a: 2 } }, 9, /1 or -1/],
    ['$push with $sort', { $push: { a: { $each: [1], $sort: 1 } } }, 115, /\$sort/],
    ['$push with an unknown clause', { $push: { a: { $each: [1], $foo: 1 } } }, 2, /Unrecognized clause/],
    [
      '$push at a place that is no number',
      { $push: { a: { $each: [1], $position: 'x' } } },
      14,
      /\$position/,
    ],
    ['$push of $each without an array', { $push: { a: { $each: 1 } } }, 2, /\$each must be an array/],
    ['a path through a scalar', { $set: { 'n.x': 1 } }, 28, /^Cannot create field 'x' in element {n: 1}$/],
    ['a name in an array', { $set: { 'a.x': 1 } }, 28, /^Cannot create field 'x' in element {a: \[ 1, 2 ]}$/],
    [
      'one path twice',
      { $set: { n: 1 }, $inc: { n: 1 } },
      40,
      /^Updating the path 'n' would create a conflict at 'n'$/,
    ],
    ['a path within another', { $set: { o: 1, 'o.p': 2 } }, 40, /conflict at 'o'/],
    ['$rename onto a path that is written', { $rename: { n: 's' }, $set: { s: 1 } }, 40, /conflict at 's'/],
    ['$rename onto itself', { $rename: { n: 'n' } }, 2, /must differ/],
    ['$rename in an array', { $rename: { 'a.0': 'b' } }, 2, /cannot be an array element/],
    ['$rename to a number', { $rename: { n: 1 } }, 2, /must be a string/],
    ['another _id', { $set: { _id: 2 } }, 66, /immutable field '_id'/],
    ['$unset of _id', { $unset: { _id: '' } }, 66, /immutable field '_id'/],
    ['an empty name', { $set: { 'o..p': 1 } }, 2, /empty field name/],
    ['a name with a dollar', { $set: { 'o.$x': 1 } }, 52, /dollar/],
    ['a positional path', { $set: { 'a.$': 1 } }, 115, /positional/],
    ['all members of an array', { $inc: { 'a.$[]': 1 } }, 115, /positional/],
    ['$bit', { $bit: { n: { and: 1 } } }, 115, /\$bit/],
    ['an unknown operator', { $foo: { n: 1 } }, 9, /^Unknown modifier: \$foo/],
    ['a field among operators', { $set: { n: 2 }, m: 1 }, 9, /^Unknown modifier: m/],
    ['an operator without fields', { $set: 1 }, 9, /Modifiers operate on fields/],
    ['$currentDate of a string', { $currentDate: { n: 'x' } }, 2, /not valid type for \$currentDate/],
    ['an update by pipeline', [{ $set: { n: 2 } }], 115, /pipeline/],
  ];

  test.each(refusals)('%s', async (_, update, code, message) => {
    const before = {
      _id: int(1),
      n: int(1),
      s: 'x',
      z: null,
      a: [int(1), int(2)],
      o: { p: int(1) },
      l: long(2n ** 63n - 1n),
    };
    const models = await mongo.holding(before);
    const command = { update: models.collectionName, updates: [{ q: {}, u: update }] };
    const { writeErrors } = await mongo.db.command(command);
    expect(writeErrors).toHaveLength(1);
    expect(Number(writeErrors[0].code)).toBe(code);
    expect(writeErrors[0].errmsg).toMatch(message);
    expect(hex((await models.findOne({})) ?? {})).toBe(hex(before));
  });

  test('arrayFilters and collations', async () => {
    const models = await mongo.holding({ a: [1] });
    expect(
      (await failureOf(models.updateOne({}, { $set: { 'a.$[x]': 1 } }, { arrayFilters: [{ x: 1 }] })))
        .message,
    ).toContain('is not implemented');
    expect(
      (await failureOf(models.updateOne({}, { $set: { b: 1 } }, { collation: { locale: 'de' } }))).message,
    ).toContain('collation is not implemented');
  });
});
