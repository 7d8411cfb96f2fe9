import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonPointer, partOf, valueAt } from '../../src/json-pointer.ts';

const at = (document: unknown, path: string) => valueAt(document, parseJsonPointer(path, ['path']));
const part = (document: unknown, ...paths: string[]) =>
  partOf(
    document,
    paths.map((path) => parseJsonPointer(path, ['paths'])),
  );

// The document and the answers of RFC 6901, section 5.
const rfc = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
};

describe('a JSON Pointer', () => {
  it.each([
    ['', rfc],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j finds what the RFC says', (path, value) => {
    expect(at(rfc, path)).toEqual(value);
  });

  it.each([
    '/foo/2',
    '/foo/01',
    '/foo/-',
    '/foo/length',
    '/constructor',
    '/__proto__',
    '/foo/0/0',
    '/nope/deeper',
  ])('%s finds nothing, and nothing of JavaScript', (path) => {
    expect(at(rfc, path)).toBeUndefined();
  });

  it.each(['foo', '#/foo', '/a~2b', '/a~', `/${'x/'.repeat(101)}`])('%j is refused', (path) => {
    expect(() => parseJsonPointer(path, ['path'])).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  });

  it('reaches every value of any document by its path', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        for (const [path, value] of pathsOf(document)) expect(at(document, path)).toBe(value);
      }),
    );
  });
});

describe('the part of a document', () => {
  it('keeps what is named and nothing beside it', () => {
    expect(part({ a: { b: 1, c: 2 }, d: 3 }, '/a/b', '/nope')).toEqual({ a: { b: 1 } });
  });

  it('keeps positions in arrays', () => {
    expect(part({ layers: [{ units: 1 }, { units: 2 }, { units: 3 }] }, '/layers/1/units')).toEqual({
      layers: [null, { units: 2 }, null],
    });
  });

  it('is all of it for the empty pointer', () => {
    expect(part(rfc, '/foo', '')).toBe(rfc);
  });

  it('keeps a key called __proto__ as a key', () => {
    const document = JSON.parse('{"__proto__": {"polluted": true}, "x": 1}') as object;
    const kept = part(document, '/__proto__') as object;
    expect(JSON.stringify(kept)).toBe('{"__proto__":{"polluted":true}}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

function* pathsOf(value: unknown, path = ''): Generator<[string, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield* pathsOf(member, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}
