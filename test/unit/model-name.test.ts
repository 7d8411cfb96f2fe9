import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isModelName, parseModelName } from '../../src/model-name.ts';

const parse = (text: string) => parseModelName(text, ['by', 'name']);

describe('a model name', () => {
  it.each([
    'fraud-detector',
    'sklearn/iris v2',
    'زراعة-كاشف',
    '模型🚀',
    'a.b$c',
    '__proto__',
    'x'.repeat(200),
  ])('may be %s', (name) => {
    expect(parse(name)).toBe(name);
  });

  it.each([
    ['', /cannot be empty/],
    ['  ', /cannot be empty/],
    [' padded ', /white space/],
    ['{tag}', /"\{" or "\}"/],
    ['tab\tbed', /control characters/],
    ['nul\0', /control characters/],
    ['lone \ud800 surrogate', /control characters/],
    ['x'.repeat(201), /at most 200/],
  ])('may not be %j', (name, why) => {
    expect(() => parse(name)).toThrow(why);
  });

  it('is the same name however its accents were typed', () => {
    expect(parse('e\u0301tude')).toBe(parse('\u00e9tude'));
  });

  it('that was accepted once is accepted again unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        let name: string;
        try {
          name = parse(text);
        } catch {
          return;
        }
        expect(parse(name)).toBe(name);
        expect(isModelName(name)).toBe(true);
      }),
    );
  });
});
