import { ReplyError } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { toRedisError } from '../../../src/stores/redis/client.ts';

const replied = (message: string): Error => new ReplyError(message);
const refused = Object.assign(new Error('connect ECONNREFUSED'), {
  code: 'ECONNREFUSED',
  syscall: 'connect',
});

describe('what Redis refuses', () => {
  it.each<[string, Error, string, boolean]>([
    ['a connection', refused, 'STORE_UNAVAILABLE', true],
    ['a connection that closes', new Error('Connection is closed.'), 'STORE_UNAVAILABLE', true],
    ['any command while it loads', replied('LOADING Redis is loading'), 'STORE_UNAVAILABLE', true],
    ['a write when its memory is full', replied('OOM command not allowed'), 'STORE_UNAVAILABLE', true],
    ['a command of ours', replied('ERR wrong number of arguments'), 'INTERNAL', false],
  ])('%s is told by its code', (_, error, code, retryable) => {
    expect(toRedisError(error)).toMatchObject({ code, store: 'REDIS', extensions: { retryable } });
  });

  it('an answer that we cannot read is our own fault, and no outage', () => {
    for (const error of [new TypeError('x of undefined'), new SyntaxError('Unexpected token')])
      expect(toRedisError(error)).toMatchObject({ code: 'INTERNAL', store: 'REDIS' });
  });
});
