import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ModelGraphError } from '../../../src/errors.ts';
import { createBreaker } from '../../../src/policies/breaker.ts';

const outage = () => Promise.reject(new ModelGraphError('STORE_UNAVAILABLE', 'down', { store: 'REDIS' }));
const silence = () => Promise.reject(new ModelGraphError('STORE_TIMEOUT', 'silent', { store: 'REDIS' }));
const gaveUp = () =>
  Promise.reject(new ModelGraphError('STORE_TIMEOUT', 'too much', { store: 'REDIS', saidByStore: true }));
const mistake = () => Promise.reject(new ModelGraphError('INTERNAL', 'bug', { store: 'REDIS' }));

describe('a store that keeps failing', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is left alone after five failures in a row, and says for how long', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++)
      await expect(breaker.run(outage)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const call = vi.fn(outage);
    await expect(breaker.run(call)).rejects.toMatchObject({
      code: 'CIRCUIT_OPEN',
      extensions: { store: 'REDIS', retryable: true, retryAfterMs: expect.any(Number) },
    });
    expect(call).not.toHaveBeenCalled();
    expect(breaker.openUntil()?.getTime()).toBeGreaterThan(Date.now());
  });

  it('is tried again, and trusted once it answers', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++) await breaker.run(outage).catch(() => {});
    vi.advanceTimersByTime(700);
    await expect(breaker.run(async () => 'back')).resolves.toBe('back');
    expect(breaker.openUntil()).toBeUndefined();
  });

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('is tried again in its time, although the clock was set %s an hour meanwhile', async (_, byMs) => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++) await breaker.run(outage).catch(() => {});
    vi.setSystemTime(Date.now() + byMs);
    const call = vi.fn(async () => 'back');
    const error = await breaker.run(call).catch(({ extensions }) => extensions);
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(600);
    expect(breaker.openUntil()?.getTime()).toBe(Date.now() + error.retryAfterMs);
    vi.advanceTimersByTime(error.retryAfterMs - 1);
    await expect(breaker.run(call)).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
    vi.advanceTimersByTime(1);
    await expect(breaker.run(call)).resolves.toBe('back');
    expect(call).toHaveBeenCalledOnce();
  });

  it('is probed less often the longer it is away', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++) await breaker.run(outage).catch(() => {});
    const waits: number[] = [];
    for (let n = 0; n < 4; n++) {
      const waitMs = (breaker.openUntil()?.getTime() ?? 0) - Date.now();
      waits.push(waitMs);
      vi.advanceTimersByTime(waitMs + 1);
      await breaker.run(outage).catch(() => {});
    }
    // Each wait is 0.8 to 1.2 of its nominal length, which doubles.
    for (let n = 1; n < waits.length; n++) expect(waits[n]).toBeGreaterThan(Number(waits[n - 1]));
  });

  it('keeps nobody but the one who tries it, however long it is silent', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++) await breaker.run(outage).catch(() => {});
    vi.advanceTimersByTime(700);
    let answer = (_: string) => {};
    const probe = breaker.run(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
    );
    const call = vi.fn(async () => 'here');
    const refused = expect(breaker.run(call)).rejects.toMatchObject({
      code: 'CIRCUIT_OPEN',
      extensions: { retryAfterMs: 250 },
    });
    await vi.advanceTimersByTimeAsync(250);
    await refused;
    expect(call).not.toHaveBeenCalled();
    const waiting = breaker.run(call);
    await vi.advanceTimersByTimeAsync(50);
    answer('back');
    await expect(Promise.all([probe, waiting])).resolves.toEqual(['back', 'here']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails its probe fails those who waited for it', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++) await breaker.run(outage).catch(() => {});
    vi.advanceTimersByTime(700);
    const call = vi.fn(async () => 'here');
    const outcomes = Promise.allSettled([breaker.run(outage), breaker.run(call)]);
    await expect(outcomes).resolves.toMatchObject([
      { reason: { code: 'STORE_UNAVAILABLE' } },
      { reason: { code: 'CIRCUIT_OPEN' } },
    ]);
    expect(call).not.toHaveBeenCalled();
  });

  it('is not given up for faults that are not its own', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 20; n++)
      await expect(breaker.run(mistake)).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(breaker.run(async () => 1)).resolves.toBe(1);
  });

  it('is given up when it stays silent', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++) await breaker.run(silence).catch(() => {});
    expect(breaker.openUntil()).toBeDefined();
  });

  it('is not given up for saying itself that a call took too long, which proves that it is there', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 20; n++)
      await expect(breaker.run(gaveUp)).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    for (let n = 0; n < 20; n++) await breaker.run(n % 4 === 3 ? gaveUp : silence).catch(() => {});
    expect(breaker.openUntil()).toBeUndefined();
  });

  it('is trusted again once it says anything at all', async () => {
    const breaker = createBreaker('REDIS');
    for (let n = 0; n < 5; n++) await breaker.run(silence).catch(() => {});
    vi.advanceTimersByTime(700);
    await breaker.run(gaveUp).catch(() => {});
    expect(breaker.openUntil()).toBeUndefined();
  });

  it('may be a server of another kind, which says itself what an outage is', async () => {
    const breaker = createBreaker({
      title: 'The server',
      isOutage: ({ message }) => message === 'away',
      isItsWord: ({ message }) => message === 'no',
    });
    const fail = (message: string) => breaker.run(() => Promise.reject(new Error(message))).catch(() => {});
    for (const message of ['away', 'away', 'away', 'away', 'no', 'away', 'odd', 'away']) await fail(message);
    expect(breaker.openUntil()).toBeUndefined();
    for (let n = 0; n < 5; n++) await fail('away');
    const refused = breaker.run(async () => 1);
    await expect(refused).rejects.toMatchObject({
      code: 'CIRCUIT_OPEN',
      message: 'The server failed 5 times in a row and is left alone for a moment. Try again shortly.',
    });
    await expect(refused).rejects.not.toMatchObject({ extensions: { store: expect.anything() } });
  });
});
