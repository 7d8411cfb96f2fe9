import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { registerTrainingRuns } from '../../src/operations/register-training-runs.ts';
import { openTestStores } from '../support/test-stores.ts';

let stores: Awaited<ReturnType<typeof openTestStores>>;
let sql: postgres.Sql;
let mongo: MongoClient;
beforeAll(async () => {
  stores = await openTestStores();
  sql = postgres(stores.postgres.url, { max: 1, onnotice: () => {} });
  mongo = await new MongoClient(stores.mongo.url).connect();
});
afterAll(async () => {
  await sql.end();
  await mongo.close();
  await stores.close();
});

const open = () =>
  openGateway(
    readConfig({
      DATABASE_URL: stores.postgres.url,
      MONGODB_URI: stores.mongo.url,
      REDIS_URL: stores.redis.url ?? 'redis://in-process',
      ...{ POSTGRES_DEADLINE_MS: '10000', MONGODB_DEADLINE_MS: '10000', REDIS_DEADLINE_MS: '10000' },
    }),
    {
      logger: pino({ level: 'silent' }),
      development: false,
      redisInProcess: stores.redis.client?.duplicate(),
    },
  );

describe.each([2, 4])('%i gateways on the same stores', (count) => {
  it('tell everything once, and no model waits for another one’s backlog', async () => {
    const gateways = await Promise.all(Array.from({ length: count }, open));
    const [first] = gateways;
    const run = (modelName: string, value: number) => ({
      ...{ modelName, framework: 'f', datasets: [] },
      metrics: [{ key: 'accuracy', value }],
    });
    const context = { stores: (first as (typeof gateways)[number]).stores, actor: null };
    const long = Array.from({ length: 1_500 }, (_, n) => run(`long ${count}`, n));
    const short = Array.from({ length: 60 }, (_, n) => run(`short ${count} ${n}`, n));
    await registerTrainingRuns(context, [...long, ...short]);
    await expect
      .poll(async () => (await sql`select from outbox where applied_at is null limit 1`).length, {
        timeout: 30_000,
      })
      .toBe(0);
    expect(await sql`select attempts, count(*)::int as n from outbox group by attempts`).toMatchObject([
      { attempts: 1 },
    ]);
    const documents = await mongo
      .db('modelgraph')
      .collection('model_configs')
      .find({ modelName: { $regex: `^(long|short) ${count}` } }, { promoteLongs: false })
      .toArray();
    const events = await sql`select subject_key, sequence::text as sequence from model_events
      where kind = 'RUN_REGISTERED' and model_name ~ ${`^(long|short) ${count}`}`;
    expect(new Map(documents.map(({ _id, sequence }) => [String(_id), String(sequence)]))).toEqual(
      new Map(events.map(({ subject_key, sequence }) => [subject_key, sequence])),
    );
    expect(documents).toHaveLength(1_560);
    await Promise.all(gateways.map((gateway) => gateway.close()));
  }, 60_000);
});
