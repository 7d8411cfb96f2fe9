import { MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { toMongoError } from '../../../src/stores/mongo/client.ts';

const server = (code: number) => new MongoServerError({ code, errmsg: 'refused' });

describe('what MongoDB refuses', () => {
  it.each([
    ['a read beyond its time', server(50), 'STORE_TIMEOUT', true],
    ['a write that a majority did not confirm in time', server(64), 'STORE_TIMEOUT', true],
    ['a password', server(18), 'STORE_UNAVAILABLE', true],
    ['a connection', new MongoNetworkError('connect ECONNREFUSED'), 'STORE_UNAVAILABLE', true],
    ['a query of ours', server(2), 'INTERNAL', false],
  ])('%s is told by its code', (_, error, code, retryable) => {
    expect(toMongoError(error)).toMatchObject({ code, store: 'MONGODB', extensions: { retryable } });
  });

  it('a read that MongoDB itself ended says that it is there, which its breaker counts as no outage', () => {
    expect(toMongoError(server(50)).saidByStore).toBe(true);
    expect(toMongoError(new MongoNetworkError('connect ECONNREFUSED')).saidByStore).toBe(false);
  });
});
