import { Redis } from 'ioredis';
import { type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { redisServer } from '../support/engines.ts';
import { openTestStores } from '../support/test-stores.ts';

let stores: Awaited<ReturnType<typeof openTestStores>>;
let environment: Record<string, string>;
let mongo: MongoClient;
let redis: Redis;
const models = () => mongo.db('modelgraph').collection<Document & { _id: string }>('models');

beforeAll(async () => {
  if (!redisServer) return;
  stores = await openTestStores();
  environment = {
    DATABASE_URL: stores.postgres.url,
    MONGODB_URI: stores.mongo.url,
    REDIS_URL: String(stores.redis.url),
  };
  mongo = await new MongoClient(stores.mongo.url).connect();
  redis = new Redis(environment.REDIS_URL ?? '');
  expect(await run('seed')).toMatchObject({ code: 0 });
}, 60_000);
afterAll(async () => {
  if (!redisServer) return;
  redis.disconnect();
  await mongo.close();
  await stores.close();
});

const run = async (...args: string[]) => {
  const cli = runCli(args, environment);
  return { code: await cli.exit(), output: cli.output() };
};
const damage = async () => {
  await models().updateOne({ _id: 'fraud-detector' }, { $set: { latestVersion: 99 } });
  await redis.zadd('mg:board:{accuracy}', 1, 'a model of nobody');
};

describe.skipIf(!redisServer)('npm run doctor, which needs a redis-server on the PATH here', () => {
  it('finds nothing where the stores agree', async () => {
    const { code, output } = await run('doctor', '--consistency');
    expect(output).toMatch(/PostgreSQL {2}OK[\s\S]*MongoDB {5}OK[\s\S]*Redis {7}OK/);
    expect(output).toContain('Checked 15 models: all stores agree.');
    expect(code).toBe(0);
  });

  it('names what differs', async () => {
    await damage();
    const found = await run('doctor', '--consistency');
    expect(found.output).toContain(
      'fraud-detector: differs\n    MongoDB MISMATCH the copy of the model is another than its event made it',
    );
    expect(found.output).toContain(
      'a model of nobody: differs\n    Redis EXTRA it is on the board accuracy, and should not be',
    );
    expect(found.output).toContain('Checked 16 models: 2 differ.');
    expect(found.code).toBe(1);
  });

  it('makes it right with --repair', async () => {
    const repaired = await run('doctor', '--repair');
    expect(repaired.output).toContain('Checked 16 models: 2 differed.');
    expect(repaired.code).toBe(0);
    const copy = await models().findOne({ _id: 'fraud-detector' });
    expect(copy?.latestVersion).toBe(4);
    expect(await redis.zscore('mg:board:{accuracy}', 'a model of nobody')).toBeNull();
  });

  it('rebuilds what one store mirrors, and then looks again', async () => {
    await damage();
    await models().deleteMany({});
    const { code, output } = await run('rebuild', 'mongo');
    expect(output).toContain('Checked 16 models: 15 differed.');
    expect(output).toContain('all stores agree');
    expect(code).toBe(0);
    expect(await models().countDocuments({ deleted: false })).toBe(15);
  });

  it('says what it can rebuild', async () => {
    expect(await run('rebuild', 'postgres')).toEqual({
      code: 1,
      output: '"postgres" mirrors nothing; give mongo or redis.\n',
    });
  });
});
