import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { redisServer } from '../support/engines.ts';
import { openTestStores } from '../support/test-stores.ts';

let stores: Awaited<ReturnType<typeof openTestStores>>;
let sql: postgres.Sql;
let environment: Record<string, string>;
beforeAll(async () => {
  stores = await openTestStores();
  sql = postgres(stores.postgres.url, { max: 1, onnotice: () => {} });
  environment = {
    DATABASE_URL: stores.postgres.url,
    MONGODB_URI: stores.mongo.url,
    REDIS_URL: stores.redis.url ?? '',
  };
});
afterAll(async () => {
  await sql.end();
  await stores.close();
});

const seed = async (...args: string[]) => {
  const cli = runCli(['seed', ...args], environment);
  return { code: await cli.exit(), output: cli.output() };
};
const count = async () =>
  (
    await sql`select (select count(*)::int from models) as models, (select count(*)::int from training_runs) as runs`
  )[0];

describe.skipIf(!redisServer)('npm run seed, which needs a redis-server on the PATH here', () => {
  it('fills empty stores with generated models, and tells how far it is', async () => {
    const { code, output } = await seed('--models', '700', '--runs', '3');
    expect(output).toContain('Wrote 700 models with 3 training runs each.');
    expect(code).toBe(0);
    expect(await count()).toEqual({ models: 700, runs: 2_100 });
    // PostgreSQL plans by these.
    const [known] = await sql`select reltuples::int as rows from pg_class where relname = 'training_runs'`;
    expect(known?.rows).toBe(2_100);
  });

  it('refuses stores that hold something, and says what to do', async () => {
    const { code, output } = await seed('--models', '10');
    expect(code).toBe(1);
    expect(output.trim()).toBe(
      'PostgreSQL, MongoDB, and Redis already hold data. Give --resume to go on where an earlier seed stopped, or --replace to delete what ModelGraph keeps there first.',
    );
  });

  it('goes on where it was stopped by Ctrl-C, with every model whole', async () => {
    const first = runCli(['seed', '--models', '2500', '--runs', '1', '--replace'], environment);
    await expect
      .poll(async () => Number((await count())?.models), { timeout: 15_000, interval: 20 })
      .toBeLessThan(700);
    await expect
      .poll(async () => Number((await count())?.models), { timeout: 15_000, interval: 20 })
      .toBeGreaterThan(0);
    first.process.kill('SIGINT');
    expect(await first.exit()).toBe(130);
    expect(first.output()).toMatch(/Stopped after \d+ of 2500 models, each whole in all three stores/);
    const between = await count();
    expect(between?.runs).toBe(between?.models);
    const { code } = await seed('--models', '2500', '--runs', '1', '--resume');
    expect(code).toBe(0);
    expect(await count()).toEqual({ models: 2_500, runs: 2_500 });
  });

  it('refuses numbers that are none', async () => {
    const wrong = [
      ['--models', 'many'],
      ['--models', '0'],
      ['--models', '3', '--runs', '-1'],
      ['--models', '3', '--resume', '--replace'],
    ];
    for (const { code } of await Promise.all(wrong.map((args) => seed(...args)))) expect(code).toBe(1);
  });
});
