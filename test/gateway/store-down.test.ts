import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store-name.ts';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

const deadlineMs = 250;
let gateway: TestGateway;
const sockets = {} as Record<Store, FaultySocket>;

beforeAll(async () => {
  gateway = await openTestGateway({
    environment: async (urls) => {
      const through = async (store: Store, url: string) => {
        sockets[store] = await openFaultySocket(Number(new URL(url).port));
        return throughPort(url, sockets[store].port);
      };
      return {
        DATABASE_URL: await through('POSTGRES', urls.DATABASE_URL),
        MONGODB_URI: await through('MONGODB', urls.MONGODB_URI),
        REDIS_URL: await through('REDIS', urls.REDIS_URL),
        POSTGRES_DEADLINE_MS: String(deadlineMs),
        MONGODB_DEADLINE_MS: String(deadlineMs),
        REDIS_DEADLINE_MS: String(deadlineMs),
      };
    },
  });
});
afterAll(async () => {
  for (const socket of Object.values(sockets)) socket.revive();
  await gateway.close();
  await Promise.all(Object.values(sockets).map((socket) => socket.close()));
});

const query = `{ model(by: { name: "seed-model-0000001" }) {
  id name createdAt latestVersion { version }
  config { value(path: "/metrics/accuracy") }
  serving { predictionCount leaderboardRank }
  sources { store state presence code }
} }`;

/** What a dead store takes away, and what it must leave. */
const parts: Record<Store, { lost: string[]; kept: string[] }> = {
  POSTGRES: { lost: ['createdAt', 'latestVersion'], kept: ['config', 'serving'] },
  MONGODB: { lost: ['config'], kept: ['createdAt', 'latestVersion', 'serving'] },
  REDIS: { lost: ['serving'], kept: ['createdAt', 'latestVersion', 'config'] },
};
const stores = Object.keys(parts) as Store[];

async function untilWell(): Promise<void> {
  const giveUpAt = Date.now() + 15_000;
  for (;;) {
    const { errors } = await gateway.query(query);
    if (!errors) return;
    if (Date.now() > giveUpAt) throw new Error(`still not well: ${JSON.stringify(errors)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeEach(async () => {
  for (const socket of Object.values(sockets)) socket.revive();
  await untilWell();
});

describe.each(stores)('when %s is killed', (store) => {
  it('what the other stores know still comes, and every null says why', async () => {
    sockets[store].kill();
    const { data, errors } = await gateway.query(query);
    expect(data.model).toMatchObject({ name: 'seed-model-0000001', id: expect.any(String) });
    for (const field of parts[store].kept) expect(data.model[field]).not.toBeNull();
    for (const field of parts[store].lost) {
      expect(data.model[field]).toBeNull();
      expect(errors).toContainEqual(
        expect.objectContaining({
          path: ['model', field],
          extensions: expect.objectContaining({ code: 'STORE_UNAVAILABLE', store, retryable: true }),
        }),
      );
    }
    expect(errors).toHaveLength(parts[store].lost.length);
    expect(data.model.sources).toEqual(
      stores.map((each) =>
        each === store
          ? { store, state: 'UNAVAILABLE', presence: 'UNKNOWN', code: 'STORE_UNAVAILABLE' }
          : { store: each, state: 'OK', presence: 'PRESENT', code: null },
      ),
    );
  });

  it('the client learns no host, port, statement or stack', async () => {
    sockets[store].kill();
    const text = JSON.stringify(await gateway.query(query));
    expect(text).not.toMatch(/127\.0\.0\.1|ECONN|select |stack|at \/|:\/\//i);
  });

  it('is asked once a wave, then left alone, and trusted again when it is back', async () => {
    sockets[store].kill();
    const calls = await storeCallsOf(async () => {
      for (let n = 0; n < 10; n++) await gateway.query(query);
    });
    expect(calls.filter((call) => call.store === store).length).toBeLessThanOrEqual(7);
    const { errors } = await gateway.query(query);
    expect(errors?.[0]?.extensions.code).toBe('CIRCUIT_OPEN');
    const { data } = await gateway.query('{ health { ready stores { store state openUntil } } }');
    expect(data.health.ready).toBe(true);
    expect(data.health.stores.find((each: { store: Store }) => each.store === store)).toEqual({
      store,
      state: 'UNAVAILABLE',
      openUntil: expect.any(String),
    });
    sockets[store].revive();
    await untilWell();
  });
});

describe.each(stores)('when %s hangs', (store) => {
  it('the answer comes at the deadline with what the others know', async () => {
    sockets[store].hang();
    const startedAt = performance.now();
    const { data, errors } = await gateway.query(query);
    expect(performance.now() - startedAt).toBeLessThan(deadlineMs * 4);
    for (const field of parts[store].kept) expect(data.model[field]).not.toBeNull();
    for (const field of parts[store].lost) expect(data.model[field]).toBeNull();
    for (const { extensions } of errors ?? [])
      expect(extensions).toMatchObject({ code: 'STORE_TIMEOUT', store, retryable: true });
    expect(data.model.sources.find((each: { store: Store }) => each.store === store)).toMatchObject({
      state: 'TIMEOUT',
      presence: 'UNKNOWN',
    });
  });
});

describe.each(stores)('when the network to %s was cut without a word', (store) => {
  it('the gateway finds its way back by new connections', async () => {
    sockets[store].hang();
    for (let n = 0; n < 6; n++) await gateway.query(query);
    sockets[store].healForNewcomers();
    await untilWell();
  });
});

describe('when all three are killed', () => {
  it('the name is still known, each field says why it is null, and the gateway says that it is not ready', async () => {
    for (const socket of Object.values(sockets)) socket.kill();
    const { data, errors } = await gateway.query(query);
    expect(data.model.name).toBe('seed-model-0000001');
    expect(errors?.map(({ path }) => path?.[1]).sort()).toEqual([
      'config',
      'createdAt',
      'latestVersion',
      'serving',
    ]);
    expect(data.model.sources.map(({ presence }: { presence: string }) => presence)).toEqual([
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
    ]);
    const ready = await gateway.fetch('/health/ready');
    expect(ready.status).toBe(503);
    expect((await gateway.fetch('/health/live')).status).toBe(200);
  });
});

describe('a list', () => {
  it('is null with one error, never empty, when PostgreSQL cannot give it', async () => {
    sockets.POSTGRES.kill();
    const { data, errors } = await gateway.query(
      '{ models(first: 5) { nodes { name } } trainingRuns(first: 5) { nodes { id } } }',
    );
    expect(data).toEqual({ models: null, trainingRuns: null });
    expect(errors?.map(({ path }) => String(path)).sort()).toEqual(['models', 'trainingRuns']);
  });

  it('of 100 models has one error a model for a dead store, and everything else', async () => {
    sockets.MONGODB.kill();
    const { data, errors } = await gateway.query(
      '{ models(first: 100) { nodes { name createdAt config { revision framework } serving { predictionCount } } } }',
    );
    expect(data.models.nodes).toHaveLength(100);
    expect(errors).toHaveLength(100);
    expect(
      data.models.nodes.every(
        ({ createdAt, serving }: { createdAt: string; serving: object }) => createdAt && serving,
      ),
    ).toBe(true);
  });
});
