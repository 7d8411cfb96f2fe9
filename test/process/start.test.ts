import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyUrl, runCli } from '../support/cli.ts';
import { openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestStores } from '../support/test-stores.ts';

let stores: Awaited<ReturnType<typeof openTestStores>>;
let environment: Record<string, string>;
beforeAll(async () => {
  stores = await openTestStores();
  // Redis in process cannot be reached from another one; then there is none, which start must survive anyway.
  environment = {
    PORT: '0',
    DATABASE_URL: stores.postgres.url,
    MONGODB_URI: stores.mongo.url,
    REDIS_URL: stores.redis.url ?? 'redis://127.0.0.1:1',
  };
});
afterAll(() => stores.close());

async function ask(url: string, query: string) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return response.json();
}

describe('npm start', () => {
  it('migrates an empty database, several instances at once, and answers', async () => {
    const instances = [1, 2, 3].map(() => runCli(['start'], environment));
    const urls = await Promise.all(instances.map(readyUrl));
    for (const url of urls) {
      expect(await ask(url, '{ models(first: 1) { totalCount } }')).toEqual({
        data: { models: { totalCount: 0 } },
      });
    }
    for (const { process } of instances) process.kill('SIGTERM');
    expect(await Promise.all(instances.map(({ exit }) => exit()))).toEqual([0, 0, 0]);
  });

  it('starts although stores are down, says so, and is whole once they are back', async () => {
    const postgres = await openFaultySocket(Number(new URL(stores.postgres.url).port));
    const mongo = await openFaultySocket(Number(new URL(stores.mongo.url).port));
    postgres.kill();
    mongo.kill();
    const cli = runCli(['start'], {
      ...environment,
      DATABASE_URL: throughPort(stores.postgres.url, postgres.port),
      MONGODB_URI: throughPort(stores.mongo.url, mongo.port),
    });
    const url = await readyUrl(cli);
    expect(cli.output()).toContain(
      'PostgreSQL cannot be reached. Try again shortly. Starting without PostgreSQL',
    );
    expect(cli.output()).toContain('Starting without MongoDB');
    expect(await ask(url, '{ models(first: 1) { totalCount } }')).toMatchObject({
      data: { models: null },
      errors: [{ extensions: { code: 'STORE_UNAVAILABLE', store: 'POSTGRES' } }],
    });
    postgres.revive();
    mongo.revive();
    await expect
      .poll(() => ask(url, '{ models(first: 1) { totalCount } }'), { timeout: 15_000 })
      .toEqual({ data: { models: { totalCount: 0 } } });
    cli.process.kill('SIGTERM');
    expect(await cli.exit()).toBe(0);
    await Promise.all([postgres.close(), mongo.close()]);
  });
});
