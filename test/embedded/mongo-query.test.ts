import { Binary, Decimal128, type Document, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf, openTestMongo, type TestMongo } from '../unit/embedded/mongo/open-test-mongo.ts';

let mongo: TestMongo;

beforeAll(async () => {
  mongo = await openTestMongo();
});

afterAll(() => mongo.close());

const id = new ObjectId('0123456789abcdef01234567');
const day = (n: number) => new Date(Date.UTC(2_026, 0, n));
const decimal = (text: string) => Decimal128.fromString(text);
const long = (value: bigint) => Long.fromBigInt(value);

// The values of `a`, the filter, and which of them it finds. Rules: https://www.mongodb.com/docs/manual/reference/mql/query-predicates/
const missing = Symbol('missing');
const cases: [string, unknown[], Document, number[]][] = [
  [
    'equality finds the value, and arrays that hold it',
    [1, 2, [1, 2], [[1]], '1', null, missing],
    { a: 1 },
    [0, 2],
  ],
  [
    'numbers of any type are equal',
    [new Int32(1), new Double(1), long(1n), decimal('1.0'), '1', true],
    { a: 1 },
    [0, 1, 2, 3],
  ],
  ['null finds null and missing', [null, missing, 0, '', [], [null], [1]], { a: null }, [0, 1, 5]],
  ['$ne null finds what is there', [null, missing, 0, [], [null]], { a: { $ne: null } }, [2, 3]],
  [
    'an array finds the very array, or one within',
    [[1, 2], [2, 1], [[1, 2], 3], [1, 2, 3], 1],
    { a: [1, 2] },
    [0, 2],
  ],
  [
    'a document finds the very document',
    [{ x: 1, y: 2 }, { y: 2, x: 1 }, { x: 1 }, { x: 1, y: 2, z: 3 }, [{ x: 1, y: 2 }]],
    { a: { x: 1, y: 2 } },
    [0, 4],
  ],
  ['an empty document finds an empty document', [{}, { x: 1 }, null, missing], { a: {} }, [0]],
  [
    'a path goes into documents and arrays of them',
    [{ x: 1 }, [{ x: 2 }, { x: 1 }], [[{ x: 1 }]], 1, { x: { y: 1 } }],
    { 'a.x': 1 },
    [0, 1],
  ],
  [
    '$type finds what is of the type, and arrays that hold such',
    [new Int32(1), new Double(1), '1', null, missing, {}, ['1'], []],
    { a: { $type: 'string' } },
    [2, 6],
  ],
  ['$type by code, an array itself', [{}, [], [[]], missing], { a: { $type: 4 } }, [1, 2]],
  [
    '$type of several, numbers together',
    [new Int32(1), new Double(1), long(1n), decimal('1'), '1', null, missing],
    { a: { $type: ['number', 'null'] } },
    [0, 1, 2, 3, 5],
  ],
  ['a path with a position', [[5, 6], [6, 5], { 1: 6 }, [[6]]], { 'a.1': 6 }, [0, 2]],
  [
    'a position and a path',
    [
      [{ x: 1 }, { x: 2 }],
      [{ x: 2 }, { x: 1 }],
    ],
    { 'a.0.x': 1 },
    [0],
  ],
  [
    'null at the end of a path',
    [{ x: null }, {}, 5, [{ x: 1 }, {}], [{ x: 1 }], [], [1], missing],
    { 'a.x': null },
    [0, 1, 2, 3, 7],
  ],
  [
    '$in with null and a pattern',
    [null, missing, 'cat', 'dog', ['cow'], 3, /^c/],
    { a: { $in: [null, /^c/, 3] } },
    [0, 1, 2, 4, 5, 6],
  ],
  [
    '$in with texts among others finds the very text, also in arrays',
    ['a', 'A', 'ab', ['x', 'a'], '1', 1, 'á', 'cow', [['a']]],
    { a: { $in: ['a', 'á', 1, /^c/] } },
    [0, 3, 5, 6, 7],
  ],
  ['$nin with texts finds all others', ['a', 'b', ['a'], 1, missing], { a: { $nin: ['a', 'c'] } }, [1, 3, 4]],
  ['$in over arrays', [[1, 2], 3, [4]], { a: { $in: [2, 3] } }, [0, 1]],
  ['$in of nothing finds nothing', [1, null, missing], { a: { $in: [] } }, []],
  ['$nin finds missing ones too', [1, 2, [1, 3], [2], missing, null], { a: { $nin: [1] } }, [1, 3, 4, 5]],
  ['$ne over arrays means none of them', [[1, 2], [2], 1, missing], { a: { $ne: 1 } }, [1, 3]],
  [
    '$gt of a number finds numbers only',
    [5, '9', [1, 9], day(1), null, true, long(2n ** 60n), Number.NaN, { x: 9 }],
    { a: { $gt: 5 } },
    [2, 6],
  ],
  ['$lt of a string finds strings only', ['a', 'c', 1, null], { a: { $lt: 'b' } }, [0]],
  ['$gte null finds null and missing', [null, missing, 0], { a: { $gte: null } }, [0, 1]],
  ['$gt false is true', [true, false, 1], { a: { $gt: false } }, [0]],
  [
    'a range over an array may be met by different members',
    [[1, 9], [3], [9]],
    { a: { $gt: 2, $lt: 5 } },
    [0, 1],
  ],
  ['dates', [day(1), day(2), day(3), '2026-01-02'], { a: { $gte: day(2), $lt: day(3) } }, [1]],
  ['ObjectIds', [id, String(id), new ObjectId('ffffffffffffffffffffffff')], { a: { $gte: id } }, [0, 2]],
  ['an ObjectId by value', [id, String(id)], { a: new ObjectId(String(id)) }, [0]],
  [
    'binary',
    [new Binary(Buffer.from('x')), new Binary(Buffer.from('y')), 'x'],
    { a: new Binary(Buffer.from('x')) },
    [0],
  ],
  [
    'timestamps',
    [new Timestamp({ t: 1, i: 1 }), new Timestamp({ t: 2, i: 1 })],
    { a: { $gt: new Timestamp({ t: 1, i: 9 }) } },
    [1],
  ],
  [
    'longs beyond 2^53',
    [long(9_007_199_254_740_993n), long(9_007_199_254_740_992n), 2 ** 53],
    { a: long(9_007_199_254_740_993n) },
    [0],
  ],
  [
    '$gt of longs beyond 2^53',
    [long(9_007_199_254_740_993n), long(9_007_199_254_740_992n), 2 ** 53],
    { a: { $gt: new Double(2 ** 53) } },
    [0],
  ],
  [
    'decimals are exact',
    [decimal('0.1'), 0.1, decimal('0.10'), decimal('1E+40'), 1e40],
    { a: decimal('0.1') },
    [0, 2],
  ],
  [
    'decimals compare with other numbers',
    [decimal('0.5'), 0.5, 1, decimal('NaN'), decimal('Infinity')],
    { a: { $gte: decimal('0.5') } },
    [0, 1, 2, 4],
  ],
  ['NaN is equal to itself only', [Number.NaN, 1, null, decimal('NaN')], { a: Number.NaN }, [0, 3]],
  ['NaN is not less', [Number.NaN, 1], { a: { $lt: 5 } }, [1]],
  ['$gte NaN', [Number.NaN, 1], { a: { $gte: Number.NaN } }, [0]],
  ['-0 is 0', [-0, 0, 1], { a: 0 }, [0, 1]],
  ['Infinity', [Number.POSITIVE_INFINITY, 1e308, Number.NEGATIVE_INFINITY], { a: { $gt: 1e308 } }, [0]],
  ['$exists', [1, null, missing, []], { a: { $exists: true } }, [0, 1, 3]],
  ['$exists false', [1, null, missing], { a: { $exists: false } }, [2]],
  ['$exists 0 and paths', [{ x: 1 }, [{ x: 1 }], [{}], missing], { 'a.x': { $exists: 0 } }, [2, 3]],
  ['a pattern', ['Cat', 'cat', ['cat'], 'concat', 1, null], { a: /^cat/ }, [1, 2]],
  ['$regex with $options', ['Cat', 'a\ncat', 'dog'], { a: { $regex: '^cat$', $options: 'im' } }, [0, 1]],
  ['$options s', ['a\nb', 'ab'], { a: { $regex: 'a.b', $options: 's' } }, [0]],
  ['a dot is a whole emoji', ['🦊', '🦊🦊', 'ab'], { a: /^.$/u }, [0]],
  ['$not of a pattern', ['cat', 'dog', 1, missing], { a: { $not: /^c/ } }, [1, 2, 3]],
  ['$not of operators', [1, 9, 'x', missing, [1, 9]], { a: { $not: { $gt: 5 } } }, [0, 2, 3]],
  ['$elemMatch of one member', [[1, 9], [3], [9], 3], { a: { $elemMatch: { $gt: 2, $lt: 5 } } }, [1]],
  [
    '$elemMatch of documents',
    [[{ x: 1, y: 2 }], [{ x: 1 }, { y: 2 }], { x: 1, y: 2 }],
    { a: { $elemMatch: { x: 1, y: 2 } } },
    [0],
  ],
  [
    '$elemMatch with $or',
    [[{ x: 1 }], [{ y: 2 }], [{ z: 3 }]],
    { a: { $elemMatch: { $or: [{ x: 1 }, { y: 2 }] } } },
    [0, 1],
  ],
  ['$elemMatch does not look into members', [[[1]], [1]], { a: { $elemMatch: { $eq: 1 } } }, [1]],
  ['$all', [[1, 2, 3], [1], 1, [[1, 2]]], { a: { $all: [1, 2] } }, [0]],
  ['$all of one', [[1, 2], 1, 2], { a: { $all: [1] } }, [0, 1]],
  ['$all of nothing finds nothing', [[], 1], { a: { $all: [] } }, []],
  ['$all of patterns and $elemMatch', [['cat', 'dog'], ['cat']], { a: { $all: [/^c/, /^d/] } }, [0]],
  ['$size', [[], [1], [1, 2], 'x', missing], { a: { $size: 1 } }, [1]],
  ['$mod', [4, 5, 4.7, -4, '4', null, long(8n)], { a: { $mod: [4, 0] } }, [0, 2, 3, 6]],
  ['$mod of a negative', [-5, 5], { a: { $mod: [4, -1] } }, [0]],
  [
    '$or, $and and $nor',
    [1, 2, 3, 4],
    { $or: [{ a: 1 }, { $and: [{ a: { $gt: 1 } }, { a: { $lt: 3 } }] }], $nor: [{ a: 1 }] },
    [1],
  ],
  ['a comment', [1, 2], { a: 1, $comment: 'why' }, [0]],
  ['$eq of a document with a dollar', [1, { $x: 1 }], { a: { $eq: { $x: 1 } } }, [1]],
  ['keys of every object', [{ constructor: 1 }, {}], { 'a.constructor': { $exists: true } }, [0]],
  ['$gt over documents', [{ x: 1 }, { x: 2 }, { y: 0 }], { a: { $gt: { x: 1 } } }, [1, 2]],
];

test.each(cases)('%s', async (_, values, filter, expected) => {
  const documents = values.map((a, n) => (a === missing ? { n } : { n, a }));
  const models = await mongo.holding(...documents);
  expect((await models.find(filter).toArray()).map(({ n }) => n)).toEqual(expected);
  expect(await models.countDocuments(filter)).toBe(expected.length);
});

describe('is refused:', () => {
  const refusals: [string, Document, number, RegExp][] = [
    ['an unknown operator', { a: { $foo: 1 } }, 2, /unknown operator: \$foo/],
    ['an unknown operator at the top', { $foo: 1 }, 2, /unknown top level operator: \$foo/],
    ['a field among operators', { a: { $gt: 1, b: 2 } }, 2, /unknown operator: b/],
    ['$and of nothing', { $and: [] }, 2, /nonempty array/],
    ['$or of no array', { $or: { a: 1 } }, 2, /\$or must be an array/],
    ['$or of scalars', { $or: [1] }, 2, /full objects/],
    ['$in without an array', { a: { $in: 1 } }, 2, /\$in needs an array/],
    ['an operator in $in', { a: { $in: [{ $gt: 1 }] } }, 2, /cannot nest \$ under \$in/],
    ['$not of a value', { a: { $not: 1 } }, 2, /\$not needs a regex or a document/],
    ['$ne of a pattern', { a: { $ne: /x/ } }, 2, /regex as arg to \$ne/],
    ['$gt of a pattern', { a: { $gt: /x/ } }, 2, /RegEx as arg/],
    ['$size of a string', { a: { $size: 'x' } }, 2, /\$size/],
    ['$size below zero', { a: { $size: -1 } }, 2, /non-negative/],
    ['$mod by zero', { a: { $mod: [0, 1] } }, 2, /divisor cannot be 0/],
    ['$mod of one', { a: { $mod: [2] } }, 2, /not enough elements/],
    ['$elemMatch of a value', { a: { $elemMatch: 1 } }, 2, /needs an Object/],
    ['$options alone', { a: { $options: 'i' } }, 2, /needs a \$regex/],
    ['an unknown option of a pattern', { a: { $regex: 'x', $options: 'q' } }, 51_108, /invalid flag/],
    ['a broken pattern', { a: { $regex: '(' } }, 51_091, /invalid/],
    ['the option x', { a: { $regex: 'x', $options: 'x' } }, 115, /set MONGODB_URI/],
    ['$where', { $where: 'true' }, 115, /\$where is not implemented/],
    ['$text', { $text: { $search: 'x' } }, 115, /\$text is not implemented/],
    ['$expr', { $expr: { $eq: ['$a', 1] } }, 115, /\$expr is not implemented/],
    ['an unknown type', { a: { $type: 'text' } }, 2, /Unknown type name alias: text/],
    ['an unknown type code', { a: { $type: 99 } }, 2, /Invalid numerical type code: 99/],
    ['no type', { a: { $type: [] } }, 9, /at least one type/],
    ['$near', { a: { $near: [1, 2] } }, 115, /\$near is not implemented/],
  ];

  test.each(refusals)('%s', async (_, filter, code, message) => {
    // On an empty collection as on a full one.
    for (const models of [mongo.fresh(), await mongo.holding({ a: 1 })]) {
      for (const work of [
        () => models.findOne(filter),
        () => models.countDocuments(filter),
        () => models.distinct('a', filter),
      ]) {
        expect(await failureOf(work())).toMatchObject({ code, message: expect.stringMatching(message) });
      }
      expect(await failureOf(models.deleteMany(filter))).toMatchObject({ code });
      expect(await failureOf(models.updateMany(filter, { $set: { b: 1 } }))).toMatchObject({ code });
      expect(await failureOf(models.findOneAndDelete(filter))).toMatchObject({ code });
    }
  });
});
