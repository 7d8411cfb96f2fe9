import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findOnPath } from '../../src/embedded/on-path.ts';
import { type EmbeddedRedis, openEmbeddedRedis } from '../../src/embedded/redis.ts';

const installed = (await findOnPath('redis-server')) !== undefined;
const engines = installed ? (['redis-server', 'mock'] as const) : (['mock'] as const);
let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp('/tmp/mg-test-');
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true, maxRetries: 10 });
});

function visit({ url, client }: EmbeddedRedis): Redis {
  return client?.duplicate() ?? new Redis(String(url), { retryStrategy: () => null });
}

/** Puts a program of this name first on PATH. */
async function pretend(name: string, script: string): Promise<void> {
  await writeFile(join(temporary, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${temporary}:${process.env.PATH}`);
}

test.each(engines)('%s answers, keeps two stores apart, and leaves nothing when closed', async (engine) => {
  const [one, two] = await Promise.all([openEmbeddedRedis({ engine }), openEmbeddedRedis({ engine })]);
  expect(one.server).toMatch(
    engine === 'mock' ? /^ioredis-mock \S+ \(in process\)$/ : /^(Redis|Valkey) [\d.]+$/,
  );
  const [here, alsoHere, there, listener, otherListener] = [one, one, two, one, two].map(visit) as [
    Redis,
    Redis,
    Redis,
    Redis,
    Redis,
  ];

  await here.set('model', 'fraud-detector');
  expect(await alsoHere.get('model')).toBe('fraud-detector');
  expect(await there.get('model')).toBeNull();

  const heard: string[] = [];
  await Promise.all([listener.subscribe('news'), otherListener.subscribe('news')]);
  listener.on('message', (_, text) => heard.push(`here: ${text}`));
  otherListener.on('message', (_, text) => heard.push(`there: ${text}`));
  await here.publish('news', 'trained');
  await vi.waitFor(() => expect(heard).toEqual(['here: trained']));

  for (const client of [here, alsoHere, there, listener, otherListener]) client.disconnect();
  await Promise.all([one.close(), one.close(), two.close()]);
  await one.close();
  expect(await readdir(temporary)).toEqual([]);
});

test.runIf(installed)('the password is asked for, and the list of processes does not show it', async () => {
  const store = await openEmbeddedRedis({ engine: 'redis-server' });
  const { port, password } = new URL(String(store.url));
  const stranger = new Redis(Number(port), { enableReadyCheck: false, retryStrategy: () => null });
  await expect(stranger.get('model')).rejects.toThrow('NOAUTH');
  stranger.disconnect();
  expect(execFileSync('ps', ['-A', '-o', 'args'], { encoding: 'utf8' })).not.toContain(password);
  await store.close();
});

test.runIf(installed)('no server survives a gateway that was killed', async () => {
  const source = `
    import { openEmbeddedRedis } from '${new URL('../../src/embedded/redis.ts', import.meta.url).href}';
    console.log((await openEmbeddedRedis({ engine: 'redis-server' })).url);`;
  const gateway = spawn(process.execPath, [
    '--import',
    import.meta.resolve('tsx'),
    '--input-type=module',
    '--eval',
    source,
  ]);
  const url = await new Promise<string>((resolve) =>
    gateway.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
  );
  const client = new Redis(url, { retryStrategy: () => null });
  expect(await client.ping()).toBe('PONG');
  const gone = new Promise((resolve) => client.once('close', resolve));
  gateway.kill('SIGKILL');
  await gone;

  await (await openEmbeddedRedis({ engine: 'redis-server' })).close();
  expect((await readdir(temporary)).filter((name) => name.startsWith('modelgraph-'))).toEqual([]);
});

test('a machine without redis-server gets the one in process, unless it asked for the server', async () => {
  vi.stubEnv('PATH', temporary);
  const store = await openEmbeddedRedis();
  expect(store.server).toContain('ioredis-mock');
  expect(await store.client?.ping()).toBe('PONG');
  await store.close();
  await expect(openEmbeddedRedis({ engine: 'redis-server' })).rejects.toThrow(
    'There is no redis-server on PATH.',
  );
});

test('a redis-server that does not start is told of in one line that ends as its log does', async () => {
  await pretend('redis-server', 'echo "Fatal: no room" >&2; exit 3');
  await expect(openEmbeddedRedis()).rejects.toThrow(
    /^The embedded Redis did not start, set REDIS_URL .*stopped while starting \(exit code 3\).* Fatal: no room$/,
  );
  expect(await readdir(temporary)).toEqual(['redis-server']);
});

test.runIf(installed)('another port is tried when somebody took the one that was free', async () => {
  const real = await findOnPath('redis-server');
  const once = `[ -e "${temporary}/tried" ] || { touch "${temporary}/tried"; echo "bind: Address already in use"; exit 1; }`;
  await pretend('redis-server', `${once}\nexec ${real} "$@"`);
  const store = await openEmbeddedRedis();
  expect(await readFile(join(temporary, 'tried'), 'utf8')).toBe('');
  await store.close();
});
