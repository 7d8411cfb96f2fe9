import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store-name.ts';
import { untilDrained } from '../support/drained.ts';
import { redisServer } from '../support/engines.ts';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
const sockets = new Map<Store, FaultySocket>();

beforeAll(async () => {
  gateway = await openTestGateway({
    data: 'nothing',
    environment: async (urls) => {
      const through = async (store: Store, url: string) => {
        const socket = await openFaultySocket(Number(new URL(url).port));
        sockets.set(store, socket);
        return throughPort(url, socket.port);
      };
      return {
        DATABASE_URL: await through('POSTGRES', urls.DATABASE_URL),
        MONGODB_URI: await through('MONGODB', urls.MONGODB_URI),
        ...(redisServer && { REDIS_URL: await through('REDIS', urls.REDIS_URL) }),
        ...{ POSTGRES_DEADLINE_MS: '1000', MONGODB_DEADLINE_MS: '1000', REDIS_DEADLINE_MS: '1000' },
      };
    },
  });
});
afterAll(async () => {
  for (const socket of sockets.values()) socket.revive();
  await gateway.close();
  await Promise.all([...sockets.values()].map((socket) => socket.close()));
});

const models = ['a', 'b', 'c'];
const register = async (modelName: string, idempotencyKey: string, value: number) => {
  const { data } = await gateway.query(
    `mutation ($input: RegisterTrainingRunInput!) { result: registerTrainingRun(input: $input) {
      __typename ... on RegisterTrainingRunSuccess { postgresId } } }`,
    {
      input: {
        ...{ idempotencyKey, modelName, framework: 'f', datasets: [] },
        metrics: [{ key: 'accuracy', value }],
      },
    },
  );
  // A store may fail it, which is sent again; a refusal would be sent again for ever.
  if (data?.result) expect(data.result.__typename).toBe('RegisterTrainingRunSuccess');
  return data?.result?.postgresId as string | undefined;
};
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a gateway whose stores are killed and frozen in turn under load', () => {
  it('has every write that was answered in all of them, once, when they are back', async () => {
    const answered = new Map<string, string>();
    let outages = 0;
    const client = async (n: number) => {
      for (let step = n; outages < 9; step += 1) {
        const [key, value] = [randomUUID(), Math.random()];
        for (;;) {
          const id = await register(String(models[step % models.length]), key, value);
          if (id) {
            answered.set(key, id);
            break;
          }
          await sleep(20);
        }
      }
    };
    const disturb = async () => {
      while (outages < 9) {
        const all = [...sockets.values()];
        const socket = all[outages % all.length] as FaultySocket;
        if (Math.random() < 0.5) socket.kill();
        else socket.hang();
        await sleep(50 + Math.random() * 350);
        socket.revive();
        outages += 1;
        await sleep(200);
      }
    };
    await Promise.all([disturb(), client(0), client(1), client(2)]);
    await untilDrained(gateway);
    const { data } = await gateway.query(
      `{ ${models.map((name) => `${name}: model(by: { name: "${name}" }) { trainingRuns(first: 1) { totalCount } consistency { drifts { store kind detail } } }`).join(' ')} }`,
    );
    expect(new Set(answered.values()).size).toBe(answered.size);
    const runs = models.map((name) => data[name]?.trainingRuns.totalCount ?? 0);
    expect(runs.reduce((sum, count) => sum + count, 0)).toBe(answered.size);
    for (const name of models) expect(data[name]?.consistency.drifts ?? []).toEqual([]);
    expect(answered.size).toBeGreaterThan(10);
  }, 60_000);
});
