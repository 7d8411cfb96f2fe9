import fc from 'fast-check';
import { Long } from 'mongodb';
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
