import { describe, expect, it } from 'vitest';
import { ModelGraphError } from '../../../src/errors.ts';
import { createBreaker } from '../../../src/policies/breaker.ts';
import { type DriverRead, guard } from '../../../src/policies/guard.ts';
import { onStoreCall, type StoreCall } from '../../../src/store-calls.ts';

const driver = (read: DriverRead<string, string>['read']): DriverRead<string, string> => ({
  store: 'MONGODB',
  read,
  operation: (asks) => asks.join('+'),
  toModelGraphError: (cause) => new ModelGraphError('STORE_UNAVAILABLE', 'down', { store: 'MONGODB', cause }),
});

async function callsDuring(run: () => Promise<unknown>): Promise<StoreCall[]> {
  const calls: StoreCall[] = [];
  const stop = onStoreCall((call) => calls.push(call));
  await run().finally(stop);
  return calls;
}

describe('a guarded batch read', () => {
  it('answers with the same length and order, and tells of one call', async () => {
    const read = guard(
      driver(async (asks) => asks.map((ask) => ask.toUpperCase())),
      createBreaker('MONGODB'),
      1_000,
    );
    const request = {};
    const calls = await callsDuring(async () => expect(await read(['a', 'b'], request)).toEqual(['A', 'B']));
    expect(calls).toEqual([
      {
        store: 'MONGODB',
        operation: 'a+b',
        keys: 2,
        durationMs: expect.any(Number),
        endedAtMs: expect.any(Number),
        outcome: 'OK',
        requests: [request],
      },
    ]);
  });

  it('gives every ask the error when the driver fails, and never throws', async () => {
    const read = guard(
      driver(() => Promise.reject(new Error('ECONNRESET'))),
      createBreaker('MONGODB'),
      1_000,
    );
    const calls = await callsDuring(async () => {
      const answers = await read(['a', 'b']);
      expect(answers).toHaveLength(2);
      for (const answer of answers) expect(answer).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });
    expect(calls).toMatchObject([{ outcome: 'FAILED', keys: 2 }]);
  });

  it('gives up at the deadline, and tells the driver to stop', async () => {
    let aborted = false;
    const hang: DriverRead<string, string>['read'] = (_, { signal }) =>
      new Promise(() => signal.addEventListener('abort', () => (aborted = true)));
    const [answer] = await guard(driver(hang), createBreaker('MONGODB'), 20)(['a']);
    expect(answer).toMatchObject({ code: 'STORE_TIMEOUT', extensions: { retryable: true } });
    expect(aborted).toBe(true);
  });

  it('passes on an error of one ask beside the answers to the others', async () => {
    const corrupt = new ModelGraphError('STORE_CORRUPT', 'not ours', { store: 'MONGODB' });
    const read = guard(
      driver(async () => ['A', corrupt]),
      createBreaker('MONGODB'),
      1_000,
    );
    const calls = await callsDuring(async () => expect(await read(['a', 'b'])).toEqual(['A', corrupt]));
    expect(calls).toMatchObject([{ outcome: 'PARTIAL' }]);
  });

  it('refuses a driver that lost an answer', async () => {
    const [first, second] = await guard(
      driver(async () => ['A']),
      createBreaker('MONGODB'),
      1_000,
    )(['a', 'b']);
    expect(first).toMatchObject({ code: 'INTERNAL' });
    expect(second).toMatchObject({ code: 'INTERNAL' });
  });

  it('tells of no call that the breaker turned away', async () => {
    const read = guard(
      driver(() => Promise.reject(new Error('ECONNREFUSED'))),
      createBreaker('MONGODB'),
      1_000,
    );
    for (let n = 0; n < 5; n++) await read(['a']);
    const calls = await callsDuring(async () =>
      expect((await read(['a']))[0]).toMatchObject({ code: 'CIRCUIT_OPEN' }),
    );
    expect(calls).toEqual([]);
  });
});
