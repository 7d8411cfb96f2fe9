import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedRedis } from '../../src/embedded/redis.ts';
import type { ModelName } from '../../src/model-name.ts';
import { type Flight, openSingleFlight } from '../../src/serving/single-flight.ts';
import type { KeptPrediction, PredictionPlace } from '../../src/stores/redis/predictions.ts';
import { openRedisStore } from '../../src/stores/redis/redis-store.ts';

const turnMs = 400;

let embedded: Awaited<ReturnType<typeof openEmbeddedRedis>>;
let gateways: ReturnType<typeof openRedisStore>[];
beforeAll(async () => {
  embedded = await openEmbeddedRedis();
  gateways = [0, 1].map(() =>
    openRedisStore(
      { url: embedded.url ?? 'redis://in-process', deadlineMs: 5_000 },
      embedded.client?.duplicate(),
    ),
  );
  await Promise.all(gateways.map((gateway) => gateway.prepare()));
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await embedded.close();
});

const newPlace = (): PredictionPlace => ({ name: 'm' as ModelName, version: 1, digest: randomUUID() });
const toKept = (outputs: string): KeptPrediction => ({ outputs, computedAtMs: 1, leftMs: 60_000 });
const flightOf = (place: PredictionPlace, compute: () => Promise<string>): Flight<string> => ({
  ...{ place, compute, toKept },
  fromKept: ({ outputs }) => outputs,
});
const flyOn = (n: number) =>
  openSingleFlight({ predictions: (gateways[n] as (typeof gateways)[number]).predictions, turnMs });

describe('an answer that several gateways want', () => {
  it('is computed by one, and the others are given it', async () => {
    const place = newPlace();
    let computed = 0;
    const compute = async () => {
      computed += 1;
      await delay(50);
      return 'answer';
    };
    const flown = await Promise.all([0, 1].map((n) => flyOn(n)(flightOf(place, compute))));
    expect(computed).toBe(1);
    expect(flown.map(({ answer }) => answer)).toEqual(['answer', 'answer']);
    expect(flown.map(({ how }) => how).sort()).toEqual(['COMPUTED', 'ELSEWHERE']);
    expect((await flyOn(1)(flightOf(place, compute))).how).toBe('KEPT');
  });

  it('is computed by the next at once when the first one fails', async () => {
    const place = newPlace();
    const failing = flyOn(0)(
      flightOf(place, async () => {
        await delay(50);
        throw new Error('failed');
      }),
    );
    await delay(20);
    const startedAt = performance.now();
    const next = flyOn(1)(flightOf(place, async () => 'answer'));
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toEqual({ answer: 'answer', how: 'COMPUTED' });
    expect(performance.now() - startedAt).toBeLessThan(turnMs);
  });

  it('waits for one that has died no longer than its turn', async () => {
    const place = newPlace();
    void flyOn(0)(flightOf(place, () => new Promise(() => {})));
    await delay(20);
    const { answer } = await flyOn(1)(flightOf(place, async () => 'answer'));
    expect(answer).toBe('answer');
  });

  it('that comes when its turn is over does not overwrite the next one’s', async () => {
    const place = newPlace();
    let end = (_: string) => {};
    const late = flyOn(0)(flightOf(place, () => new Promise((resolve) => (end = resolve))));
    await delay(turnMs + 50);
    expect((await flyOn(1)(flightOf(place, async () => 'new'))).how).toBe('COMPUTED');
    end('old');
    expect(await late).toEqual({ answer: 'old', how: 'UNSHARED' });
    expect((await flyOn(1)(flightOf(place, async () => 'other'))).answer).toBe('new');
  });
});
