import fc from 'fast-check';
import { Binary, BSON, Decimal128, Long, MinKey, ObjectId, UUID } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { escapeKey, fromRest, toRest, unescapeKey } from '../../../src/stores/mongo/key-escaping.ts';

describe('a document key at rest', () => {
  it.each([
    ['learning_rate', 'learning_rate'],
    ['scaler.mean', 'scaler%2Emean'],
    ['$gt', '%24gt'],
    ['100%', '100%25'],
    ['', '%'],
    ['nul\0', 'nul%00'],
    ['__proto__', '%5F_proto__'],
    ['constructor', '%63onstructor'],
    ['_bsontype', '%5Fbsontype'],
  ])('%j is written %j and read back', (key, atRest) => {
    expect(escapeKey(key)).toBe(atRest);
    expect(unescapeKey(atRest)).toBe(key);
  });

  it('comes back as it went in, whatever it is, and addresses itself in MongoDB', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        const atRest = escapeKey(key);
        expect(unescapeKey(atRest)).toBe(key);
        expect(atRest).not.toMatch(/^$|[.$\0]|^__proto__$/);
      }),
    );
  });

  it('is never shared by two keys', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        if (a !== b) expect(escapeKey(a)).not.toBe(escapeKey(b));
      }),
    );
  });
});

describe('a document at rest', () => {
  it('comes back as it went in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(fromRest(toRest(document))).toEqual(document);
      }),
    );
  });

  it('keeps -0, and integers to the digit', () => {
    const rest = toRest({ zero: -0, big: [2n ** 63n - 1n, -(2n ** 63n)] });
    expect(rest).toEqual({ zero: -0, big: [Long.MAX_VALUE, Long.MIN_VALUE] });
    expect(fromRest(BSON.deserialize(BSON.serialize(rest as object)))).toEqual({
      zero: -0,
      big: ['9223372036854775807', '-9223372036854775808'],
    });
  });

  it('is readable whatever others put in', () => {
    const id = '01930000-0000-7000-8000-00000000000a';
    const others = {
      bytes: new Binary(Buffer.from('weights')),
      uuid: new UUID(id),
      decimal: Decimal128.fromString('0.10'),
      objectId: new ObjectId('0123456789abcdef01234567'),
      pattern: /a/i,
      least: new MinKey(),
      never: new Date(Number.NaN),
    };
    expect(fromRest(others)).toEqual({
      bytes: 'd2VpZ2h0cw==',
      uuid: id,
      decimal: '0.10',
      objectId: '0123456789abcdef01234567',
      pattern: { $regularExpression: { pattern: 'a', options: 'i' } },
      least: { $minKey: 1 },
      never: null,
    });
  });

  it('shows as text what JSON has no form for', () => {
    const rest = { nan: Number.NaN, up: Infinity, big: Long.fromString('9007199254740993'), at: new Date(0) };
    expect(fromRest(rest)).toEqual({
      nan: 'NaN',
      up: 'Infinity',
      big: '9007199254740993',
      at: '1970-01-01T00:00:00.000Z',
    });
  });
});
