import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursors } from '../../../src/graphql/cursors.ts';

const cursors = createCursors('a secret of some length');

describe('a cursor', () => {
  it('carries the order key unchanged, microseconds and all', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.string(), (key, list) => {
        expect(cursors.decode(list, cursors.encode(list, key), ['after'])).toEqual(key);
      }),
    );
  });

  it('is refused by another list', () => {
    const cursor = cursors.encode('models by name', ['a']);
    expect(() => cursors.decode('models by date', cursor, ['after'])).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        extensions: expect.objectContaining({ argumentPath: ['after'] }),
      }),
    );
  });

  it('is refused when any bit of it was changed, or it is not ours at all', () => {
    const bytes = Buffer.from(cursors.encode('models', ['fraud-detector']), 'base64url');
    for (let n = 0; n < bytes.length; n++) {
      const changed = Buffer.from(bytes);
      changed[n] = (changed[n] ?? 0) ^ 1;
      expect(() => cursors.decode('models', changed.toString('base64url'), ['after'])).toThrow(
        /not of this list/,
      );
    }
    for (const junk of ['', 'x', '🚀', 'eyJhIjoxfQ==', 'x'.repeat(10_000)]) {
      expect(() => cursors.decode('models', junk, ['after'])).toThrow(/not of this list/);
    }
  });

  it('is refused by a gateway with another secret', () => {
    const cursor = createCursors('another secret of some length').encode('models', ['a']);
    expect(() => cursors.decode('models', cursor, ['after'])).toThrow(/not of this list/);
  });
});
