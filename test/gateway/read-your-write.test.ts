import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultySocket, openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let socket: FaultySocket;

beforeAll(async () => {
  gateway = await openTestGateway({
    data: 'nothing',
    environment: async ({ MONGODB_URI }) => {
      socket = await openFaultySocket(Number(new URL(MONGODB_URI).port));
      return { MONGODB_URI: throughPort(MONGODB_URI, socket.port), MONGODB_DEADLINE_MS: '2000' };
    },
  });
});
afterAll(async () => {
  socket.revive();
  await gateway.close();
  await socket.close();
});

const register = async (more = '') => {
  const { data } = await gateway.query(
    `mutation { result: registerTrainingRun(input: { modelName: "m", framework: "f", datasets: [], metrics: [{ key: "accuracy", value: 0.5 }] ${more} }) {
      ... on RegisterTrainingRunSuccess { sequence replication { state } run { config { revision } } } } }`,
  );
  return data.result;
};
const read = (minSequence: string) =>
  gateway.query(
    `query ($minSequence: Int64) { model(by: { name: "m" }, minSequence: $minSequence) {
      serving { leaderboardRank } sources { store state code } } }`,
    { minSequence },
  );

describe('reading what was just written', () => {
  it('waits until the other stores know of it', async () => {
    for (let n = 0; n < 10; n++) {
      const { sequence } = await register();
      const { data } = await read(sequence);
      expect(data.model).toMatchObject({
        sources: [{ state: 'OK' }, { state: 'OK' }, { state: 'OK' }],
      });
    }
    const waited = await register('waitForReplicas: true');
    expect(waited).toMatchObject({ replication: { state: 'APPLIED' }, run: { config: { revision: 1 } } });
  });

  it('costs nothing more when nobody asks for it', async () => {
    const calls = await storeCallsOf(() => gateway.query('{ model(by: { name: "m" }) { name } }'));
    expect(calls.map(({ operation }) => operation)).toEqual(['modelRow']);
  });

  it('says which store lags when one does, and answers all the same', async () => {
    socket.hang();
    const { sequence } = await register();
    const { data, errors } = await gateway.query(
      `{ model(by: { name: "m" }, minSequence: "${sequence}") { description sources { store state code } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.model.sources).toMatchObject([
      { store: 'POSTGRES', state: 'OK' },
      { store: 'MONGODB', code: expect.stringMatching(/^(STORE_TIMEOUT|STALE_READ)$/) },
      { store: 'REDIS', state: 'OK' },
    ]);
    socket.revive();
    await expect
      .poll(async () => (await read(sequence)).data.model.sources[1], { timeout: 20_000 })
      .toEqual({ store: 'MONGODB', state: 'OK', code: null });
  });

  it('marks a store that answers and does not know it yet as stale', async () => {
    const { sequence } = await register('waitForReplicas: true');
    // A row that nobody can tell now: its next attempt is tomorrow.
    await gateway.stores.postgres.transact({ operation: 'test' }, async (sql) => {
      await sql`update outbox set applied_at = null, next_attempt_at = now() + interval '1 day'
        where sequence = ${sequence}::bigint and store = 'MONGODB'`;
    });
    expect((await read(sequence)).data.model.sources[1]).toEqual({
      store: 'MONGODB',
      state: 'STALE',
      code: 'STALE_READ',
    });
  });
});
