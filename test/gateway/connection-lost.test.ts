import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilDrained } from '../support/drained.ts';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let socket: FaultySocket;

beforeAll(async () => {
  gateway = await openTestGateway({
    data: 'nothing',
    environment: async ({ DATABASE_URL }) => {
      socket = await openFaultySocket(Number(new URL(DATABASE_URL).port));
      return { DATABASE_URL: throughPort(DATABASE_URL, socket.port) };
    },
  });
});
afterAll(async () => {
  socket.revive();
  await gateway.close();
  await socket.close();
});

const register = async (idempotencyKey: string) => {
  const { data } = await gateway.query(
    `mutation ($idempotencyKey: String) { result: registerTrainingRun(input: { idempotencyKey: $idempotencyKey, modelName: "m", framework: "f", datasets: [] }) {
      ... on RegisterTrainingRunSuccess { postgresId replayed } } }`,
    { idempotencyKey },
  );
  return data?.result;
};

describe('a gateway whose connections to PostgreSQL are cut, again and again, in the middle of transactions', () => {
  it('lives, and every write that is sent until it is answered is there once', async () => {
    const ids = new Set<string>();
    let writes = 0;
    let cuts = 0;
    const client = async () => {
      while (cuts < 8) {
        writes += 1;
        const key = randomUUID();
        let result: { postgresId: string } | undefined;
        while (!result) {
          result = await register(key);
          if (!result) await new Promise((resolve) => setTimeout(resolve, 20));
        }
        ids.add(result.postgresId);
      }
    };
    const cut = async () => {
      while (cuts < 8) {
        await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400));
        socket.kill();
        socket.revive();
        cuts += 1;
      }
    };
    await Promise.all([cut(), client(), client(), client()]);
    expect(ids.size).toBe(writes);
    await untilDrained(gateway);
    const { data } = await gateway.query(
      '{ model(by: { name: "m" }) { trainingRuns(first: 1) { totalCount } consistency { drifts { detail } } } }',
    );
    expect(data.model).toEqual({ trainingRuns: { totalCount: writes }, consistency: { drifts: [] } });
  });
});
