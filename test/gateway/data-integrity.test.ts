import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedSize, openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'demo' });
});
afterAll(() => gateway.close());

const query = `{ dataIntegrity {
  models { ...counts } trainingRuns { ...counts } configs { ...counts } leaderboardEntries { ...counts } checkedAt
} } fragment counts on StoreCounts { postgres mongodb redis agree estimated }`;

describe('the integrity of the data', () => {
  it('is seen in numbers that agree, by one call to each store', async () => {
    const calls = await storeCallsOf(async () => {
      const { data, errors } = await gateway.query(query);
      expect(errors).toBeUndefined();
      const { checkedAt, ...counts } = data.dataIntegrity;
      expect(checkedAt).toMatch(/Z$/);
      for (const [thing, { agree, estimated, postgres: registered }] of Object.entries<{
        agree: boolean;
        estimated: boolean;
        postgres: string;
      }>(counts)) {
        expect([agree, estimated], thing).toEqual([true, false]);
        expect(Number(registered), thing).toBeGreaterThan(0);
      }
      const { models, trainingRuns, configs, leaderboardEntries } = counts;
      expect(Number(configs.mongodb)).toBe(Number(models.mongodb) + Number(trainingRuns.mongodb));
      expect([models.redis, trainingRuns.redis, configs.redis, leaderboardEntries.mongodb]).toEqual(
        Array(4).fill(null),
      );
    });
    expect(calls.map(({ store, operation }) => `${store} ${operation}`).sort()).toEqual([
      'MONGODB countConfigs',
      'POSTGRES registryCounts',
      'REDIS countBoard',
    ]);
  });

  it('that is hurt shows where', async () => {
    const sql = postgres(gateway.embedded.postgres.url, { max: 1 });
    await sql`insert into models (name) values ('without a configuration')`;
    await sql.end();
    await gateway.stores.redis.bulk.write([{ name: 'extra' as never, scores: { accuracy: 0.5 } }]);
    const { data } = await gateway.query(query);
    const { models, trainingRuns, configs, leaderboardEntries } = data.dataIntegrity;
    expect(Number(models.postgres)).toBe(Number(models.mongodb) + 1);
    expect(Number(leaderboardEntries.redis)).toBe(Number(leaderboardEntries.postgres) + 1);
    const agreement = [models, trainingRuns, configs, leaderboardEntries].map(({ agree }) => agree);
    expect(agreement).toEqual([false, true, false, false]);
  });

  it('counts generated runs without a document as what they are', async () => {
    const generated = await openTestGateway();
    const { data } = await generated.query(query);
    const { models, runsPerModel } = generatedSize;
    expect(data.dataIntegrity).toMatchObject({
      models: { postgres: String(models), mongodb: String(models), agree: true },
      trainingRuns: { postgres: String(models * runsPerModel), mongodb: String(models), agree: false },
      leaderboardEntries: { postgres: String(models), redis: String(models), agree: true },
    });
    await generated.close();
  });
});

describe('while a store is away', () => {
  const variables = { POSTGRES: 'DATABASE_URL', MONGODB: 'MONGODB_URI', REDIS: 'REDIS_URL' } as const;
  const urls = {
    POSTGRES: 'postgres://127.0.0.1:1/none',
    MONGODB: 'mongodb://127.0.0.1:1/none',
    REDIS: 'redis://127.0.0.1:1',
  };
  const lost = {
    POSTGRES: [
      ['models', 'postgres'],
      ['trainingRuns', 'postgres'],
      ['configs', 'postgres'],
      ['leaderboardEntries', 'postgres'],
    ],
    MONGODB: [
      ['models', 'mongodb'],
      ['trainingRuns', 'mongodb'],
      ['configs', 'mongodb'],
    ],
    REDIS: [['leaderboardEntries', 'redis']],
  };

  it.each(Object.keys(urls) as (keyof typeof urls)[])(
    '%s, its numbers are null with their errors, and the others come',
    async (store) => {
      // A Redis in process cannot be away.
      if (store === 'REDIS' && gateway.embedded.redis.client) return;
      const away = await openTestGateway({ environment: { [variables[store]]: urls[store] } });
      const { data, errors } = await away.query(query);
      expect(errors?.map(({ path }) => path?.slice(1))).toEqual(lost[store]);
      for (const { extensions } of errors ?? [])
        expect(extensions).toMatchObject({ code: 'STORE_UNAVAILABLE', store, retryable: true });
      for (const [thing = '', column = ''] of lost[store])
        expect(data.dataIntegrity[thing]).toMatchObject({ [column]: null, agree: null });
      const kept =
        store === 'POSTGRES' ? data.dataIntegrity.models.mongodb : data.dataIntegrity.models.postgres;
      expect(kept).toBe('120');
      await away.close();
    },
  );
});
