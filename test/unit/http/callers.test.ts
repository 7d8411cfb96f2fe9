import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/config.ts';
import { callerFinder } from '../../../src/http/callers.ts';

const keys = { ci: 'a-key-of-16-chars', bob: 'another key: long', old: 'of 16 chars or so' };
const find = callerFinder({
  apiKeys: [
    { name: 'ci', digest: digestOf(keys.ci) },
    { name: 'bob', digest: digestOf(keys.bob) },
    { name: 'ci', digest: digestOf(keys.old) },
  ],
  trustedProxies: 0,
});
const request = (headers: Record<string, string>) => new Request('http://localhost/graphql', { headers });

describe('a caller', () => {
  it('is known by any key of its name', () => {
    const ci = { id: 'key:ci', name: 'ci' };
    expect(find(request({ 'x-api-key': keys.ci }), {})).toEqual(ci);
    expect(find(request({ 'x-api-key': keys.old }), {})).toEqual(ci);
    expect(find(request({ 'x-api-key': keys.bob }), {})).toEqual({ id: 'key:bob', name: 'bob' });
  });

  it('without a key is known by its address', () => {
    expect(find(request({}), { req: { socket: { remoteAddress: '203.0.113.9' } as never } })).toEqual({
      id: 'address:203.0.113.9',
      name: null,
    });
  });

  it.each(['', 'a-key-of-16-char', 'a-key-of-16-charsx', 'ci', 'ci:a-key-of-16-chars'])(
    'with the wrong key %j is refused, and never shown it again',
    (key) => {
      const attempt = () => find(request({ 'x-api-key': key }), {});
      expect(attempt).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
      if (key) expect(attempt).not.toThrow(key);
    },
  );
});
