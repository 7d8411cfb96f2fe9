import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withFreePort } from '../../src/embedded/free-port.ts';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';

let temporary: string;

// A start takes a second, on a busy machine several.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  temporary = await mkdtemp('/tmp/mg-test-');
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

async function ask(url: string, question: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql.unsafe(question).values();
    return row?.[0];
  } finally {
    await sql.end();
  }
}

test('a PostgreSQL 18 with an empty database answers those with its password, and is gone with its data after close', async () => {
  const store = await openEmbeddedPostgres();
  expect(store.server).toMatch(/^PostgreSQL 18\.\d+$/);
  expect(store.url).toMatch(/^postgres:\/\/modelgraph:[^@]+@127\.0\.0\.1:\d+\/modelgraph$/);
  expect(await ask(store.url, 'select version()')).toContain(`${store.server} on`);
  expect(await ask(store.url, "select current_user || '@' || current_database()")).toBe(
    'modelgraph@modelgraph',
  );
  expect(await ask(store.url, "select count(*) from pg_tables where schemaname = 'public'")).toBe('0');

  const guess = store.url.replace(/:[^:@]+@/, ':guess@');
  await expect(ask(guess, 'select 1')).rejects.toThrow('authentication failed');

  const dataDir = String(await ask(store.url, 'show data_directory'));
  const [pid] = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n');
  await Promise.all([store.close(), store.close()]);
  await store.close();
  await expect(access(dataDir)).rejects.toThrow('ENOENT');
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});

test('two at once have their own ports and data', async () => {
  const [one, two] = await Promise.all([openEmbeddedPostgres(), openEmbeddedPostgres()]);
  try {
    await ask(one.url, 'create table only_here (id int)');
    expect(await ask(two.url, "select to_regclass('only_here')")).toBeNull();
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
  expect(await readdir(temporary)).toEqual([]);
});

test('the next port is tried when somebody takes the one that was free', async () => {
  const strangers = new Set<number>();
  const squatter = createServer();
  const port = await withFreePort(async (port) => {
    if (strangers.size > 0) return port;
    strangers.add(port);
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    throw new Error('could not bind IPv4 address "127.0.0.1": Address already in use');
  });
  squatter.close();
  expect(strangers).not.toContain(port);
});
