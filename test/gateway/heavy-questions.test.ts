import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let socket: FaultySocket;
let sql: postgres.Sql;
beforeAll(async () => {
  gateway = await openTestGateway({
    environment: async ({ DATABASE_URL }) => {
      socket = await openFaultySocket(Number(new URL(DATABASE_URL).port));
      return {
        DATABASE_URL: throughPort(DATABASE_URL, socket.port),
        POSTGRES_DEADLINE_MS: '400',
        POSTGRES_HEAVY_DEADLINE_MS: '400',
      };
    },
  });
  sql = postgres(gateway.embedded.postgres.url, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  socket.revive();
  await gateway.close();
  await socket.close();
});

const heavy = '{ frameworkComparison { framework } }';
const light = '{ models(first: 3) { nodes { name latestVersion { version } } } }';

/** Runs it while no statement can read a metric to its end, as if there were too many. */
async function whileMetricsTakeTooLong(run: () => Promise<void>): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`lock table run_metrics in access exclusive mode`;
    await run();
  });
}

async function codeOf(query: string): Promise<unknown> {
  const { errors } = await gateway.query(query);
  return errors?.[0]?.extensions.code;
}

describe('questions that read more than can be read in time', () => {
  it('time out, and leave PostgreSQL to all others', async () => {
    await whileMetricsTakeTooLong(async () => {
      for (let n = 0; n < 6; n++) expect(await codeOf(heavy)).toBe('STORE_TIMEOUT');
      expect(await codeOf(light)).toBeUndefined();
    });
    const { data } = await gateway.query('{ health { stores { store state } } }');
    expect(data.health.stores).toContainEqual({ store: 'POSTGRES', state: 'OK' });
    expect(await codeOf(heavy)).toBeUndefined();
  });

  it('wait for each other when many ask at once, and for nobody else', async () => {
    await whileMetricsTakeTooLong(async () => {
      const asked = Promise.all(Array.from({ length: 20 }, () => codeOf(heavy)));
      for (let n = 0; n < 5; n++) expect(await codeOf(light)).toBeUndefined();
      expect(new Set(await asked)).toEqual(new Set(['STORE_TIMEOUT']));
    });
    expect(await codeOf(light)).toBeUndefined();
    expect(await codeOf(heavy)).toBeUndefined();
  });

  it('take nothing with them of what was asked beside them', async () => {
    await whileMetricsTakeTooLong(async () => {
      const { data, errors } = await gateway.query(`{
        frameworkComparison { framework }
        models(first: 3) { nodes { name } }
      }`);
      expect(data.frameworkComparison).toBeNull();
      expect(data.models.nodes).toHaveLength(3);
      expect(errors?.map(({ path }) => path)).toEqual([['frameworkComparison']]);
    });
  });

  it('are one statement a wave, beside the one of all others', async () => {
    const calls = await storeCallsOf(() =>
      gateway.query(`{
        frameworkComparison { framework }
        loss: frameworkComparison(metric: "loss") { framework }
        models(first: 3) { nodes { name } }
        datasets(first: 3) { nodes { name } }
      }`),
    );
    expect(calls.map(({ operation }) => operation).sort()).toEqual([
      expect.stringMatching(/^datasets\w+\+models/),
      'frameworkStats',
    ]);
  });
});

describe('a PostgreSQL that stays silent', () => {
  it('is left alone, though only heavy questions were asked', async () => {
    socket.hang();
    for (let n = 0; n < 5; n++) expect(await codeOf(heavy)).toBe('STORE_TIMEOUT');
    expect(await codeOf(heavy)).toBe('CIRCUIT_OPEN');
    expect(await codeOf(light)).toBe('CIRCUIT_OPEN');
  });

  it('is asked again when it is back', async () => {
    socket.healForNewcomers();
    await expect.poll(() => codeOf(heavy), { timeout: 15_000, interval: 100 }).toBeUndefined();
    expect(await codeOf(light)).toBeUndefined();
  });
});
