import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyUrl, runCli } from '../support/cli.ts';
import { openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { openTestStores } from '../support/test-stores.ts';

let stores: Awaited<ReturnType<typeof openTestStores>>;
let environment: Record<string, string>;
beforeAll(async () => {
  stores = await openTestStores();
  environment = {
    PORT: '0',
    DATABASE_URL: stores.postgres.url,
    MONGODB_URI: stores.mongo.url,
    REDIS_URL: stores.redis.url ?? 'redis://127.0.0.1:1',
  };
});
afterAll(() => stores.close());

const body = JSON.stringify({ query: '{ models(first: 1) { totalCount } }' });
const post = { method: 'POST', headers: { 'content-type': 'application/json' } };

/** A gateway whose PostgreSQL takes as long as it likes. */
async function startSlow(deadlineMs: number) {
  const postgres = await openFaultySocket(Number(new URL(stores.postgres.url).port));
  const cli = runCli(['start'], {
    ...environment,
    DATABASE_URL: throughPort(stores.postgres.url, postgres.port),
    POSTGRES_DEADLINE_MS: String(deadlineMs),
  });
  const url = await readyUrl(cli);
  await fetch(url, { ...post, body });
  postgres.hang();
  return { cli, url, postgres };
}

describe('SIGTERM', () => {
  it('lets requests under way finish, takes no new ones, and exits with 0', async () => {
    const { cli, url, postgres } = await startSlow(1_500);
    const underWay = fetch(url, { ...post, body }).then((response) => response.json());
    await new Promise((resolve) => setTimeout(resolve, 200));
    cli.process.kill('SIGTERM');
    await expect
      .poll(
        () =>
          fetch(url, { ...post, body }).then(
            () => 'answered',
            () => 'refused',
          ),
        { timeout: 1_000 },
      )
      .toBe('refused');
    // It was answered, at PostgreSQL's deadline, and not cut off.
    expect(await underWay).toMatchObject({
      data: { models: null },
      errors: [{ extensions: { code: 'STORE_TIMEOUT' } }],
    });
    expect(await cli.exit()).toBe(0);
    postgres.revive();
    await postgres.close();
  });

  it('does not wait for connections that are only kept alive', async () => {
    const cli = runCli(['start'], environment);
    const url = await readyUrl(cli);
    await new Promise<void>((resolve) =>
      request(url, { ...post, agent: undefined }, (response) => response.resume().on('end', resolve)).end(
        body,
      ),
    );
    const startedAt = performance.now();
    cli.process.kill('SIGTERM');
    expect(await cli.exit()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});

describe('Ctrl-C', () => {
  it('pressed a second time exits at once', async () => {
    const { cli, url, postgres } = await startSlow(20_000);
    void fetch(url, { ...post, body }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    cli.process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(cli.process.exitCode).toBeNull();
    cli.process.kill('SIGINT');
    expect(await cli.exit()).toBe(130);
    postgres.revive();
    await postgres.close();
  });
});
