import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/config.ts';
import type { Results } from '../bench/stores/results.ts';
import { parseResults } from '../bench/stores/results-file.ts';
import { chromiumPath, launchChromium } from '../support/browser.ts';
import { runCli } from '../support/cli.ts';
import { openTestStores } from '../support/test-stores.ts';

const tiny = ['--size', '200', '--rounds', '2', '--seconds', '0.02', '--callers', '1,4'];
let stores: Awaited<ReturnType<typeof openTestStores>>;
let environment: Environment;
let folder: string;
let sql: postgres.Sql;
let mongo: MongoClient;
let redis: Redis | undefined;

const bench = (args: readonly string[], others: Environment = {}) =>
  runCli([...args, '--out', folder], { ...environment, ...others }, 'test/bench/stores/main.ts');

async function run(args: readonly string[], others: Environment = {}) {
  const cli = bench(args, others);
  return { code: await cli.exit(), output: cli.output() };
}

const report = async (): Promise<Results> =>
  parseResults(await readFile(join(folder, 'results.json'), 'utf8'));

/** What the stores hold, by name. */
async function held() {
  const databases =
    await sql`select datname from pg_database where datname like 'modelgraph%' order by datname`;
  const collections = await mongo.db('modelgraph_bench').listCollections().toArray();
  return {
    postgres: databases.map(({ datname }) => datname),
    mongo: collections.map(({ name }) => name),
    redis: (await redis?.keys('*'))?.sort() ?? ['mg:model:{somebodys}:serving'],
  };
}

const untouched = { postgres: ['modelgraph'], mongo: [], redis: ['mg:model:{somebodys}:serving'] };

beforeAll(async () => {
  stores = await openTestStores();
  // Redis in process cannot be named by a URL: then the command embeds one of its own.
  const { url } = stores.redis;
  environment = {
    DATABASE_URL: stores.postgres.url,
    MONGODB_URI: stores.mongo.url,
    ...(url !== undefined && { REDIS_URL: url }),
  };
  folder = await mkdtemp(join(tmpdir(), 'modelgraph-bench-'));
  sql = postgres(stores.postgres.url, { max: 1, onnotice: () => {} });
  mongo = await new MongoClient(stores.mongo.url).connect();
  redis = url === undefined ? undefined : new Redis(url);
  await redis?.hset('mg:model:{somebodys}:serving', { predictions: 7 });
});
afterAll(async () => {
  redis?.disconnect();
  await Promise.all([sql.end(), mongo.close(), rm(folder, { recursive: true })]);
  await stores.close();
});

describe('npm run bench:stores', () => {
  let first: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    first = await run(tiny);
  }, 120_000);

  it('says what it will create before it does, and leaves nothing of it', async () => {
    const [said = '', rest = ''] = first.output.split('measuring');
    expect(said).toContain('This run creates, and removes when it ends:');
    expect(said).toMatch(/in PostgreSQL [\d.]+, of DATABASE_URL: a database modelgraph_bench/);
    expect(rest).not.toContain('This run creates');
    expect(await held()).toEqual(untouched);
  });

  it('measures every row in every store, by client and gateway, or says why not', async () => {
    const { cells, complete } = await report();
    expect(first.code).toBe(0);
    expect(complete).toBe(true);
    // ioredis-mock does not find what Redis does by ZRANGE BYSCORE.
    const incapable = redis === undefined ? 'redis' : undefined;
    expect(cells.filter(({ state, store }) => state === 'failed' && store !== incapable)).toEqual([]);
    // Six rows by client and gateway, two once more with the disk; two counts of callers, three stores.
    expect(cells).toHaveLength((6 * 2 + 2) * 2 * 3);
    const measured = cells.filter(({ state }) => state === 'measured');
    expect(measured.length).toBeGreaterThan(40);
    for (const { rounds, callers } of measured) {
      expect(rounds).toHaveLength(2);
      for (const { samplesUs } of rounds) expect(samplesUs.length).toBeGreaterThanOrEqual(callers);
    }
    for (const { reason } of cells.filter(({ state }) => state !== 'measured')) expect(reason).toMatch(/\w/);
  });

  it('shows a table with factors and answers to what was supposed', () => {
    expect(first.output).toContain('200 entities, by the client');
    expect(first.output).toContain('200 entities, through GraphQL');
    expect(first.output).toMatch(/│ Simple read by key +│ +1 │ +[\d.k]+\/s/);
    expect(first.output).toMatch(
      /“Redis is more than ten times faster for reads.” (Yes|No|Cannot be said)\./,
    );
  });

  it('never passes a stand-in off as the real server, also not one that a URL names', async () => {
    const { engines } = await report();
    expect(engines.find(({ store }) => store === 'mongo')).toMatchObject({
      label: 'ModelGraph’s in-memory MongoDB, of MONGODB_URI',
      standIn: true,
    });
    const text = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'));
    expect(text.verdicts.filter(({ store }: { store?: string }) => store === 'mongo')).toEqual([]);
    expect(first.output).toContain('“MongoDB sits in between.” Cannot be said.');
  });

  it('holds no write that waits for the disk against one that does not', async () => {
    const { cells, engines } = await report();
    const onDisk = cells.filter(({ durability }) => durability === 'disk');
    expect(new Set(onDisk.map(({ row }) => row))).toEqual(new Set(['write', 'batch-write']));
    // The servers of the tests write to no disk, and only their owner may change that.
    expect(onDisk.filter(({ store }) => store === 'postgres').map(({ reason }) => reason)).toContain(
      'this PostgreSQL has fsync off, which only its owner may change',
    );
    expect(engines[0]?.settings.memory).toMatchObject({ fsync: 'off', synchronous_commit: 'off' });
  });

  it.skipIf(!chromiumPath)(
    'makes a page that opens offline, in light and dark, and asks for nothing else; needs Chromium',
    async () => {
      const browser = await launchChromium();
      try {
        const papers = [];
        for (const colorScheme of ['light', 'dark'] as const) {
          const page = await browser.newPage({ colorScheme, javaScriptEnabled: false });
          const asked: string[] = [];
          page.on('request', (request) => asked.push(request.url()));
          await page.goto(`file://${join(folder, 'report.html')}`);
          expect(await page.locator('svg').count()).toBe(6);
          expect(await page.locator('svg .density').count()).toBeGreaterThan(40);
          expect(await page.locator('.engines').innerText()).toContain('stand-in, not the real MongoDB');
          expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([
            `file://${join(folder, 'report.html')}`,
          ]);
          papers.push(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor));
        }
        expect(new Set(papers).size).toBe(2);
      } finally {
        await browser.close();
      }
    },
  );
});

describe('when something is amiss', () => {
  it('refuses an unknown row in one sentence with the known ones', async () => {
    expect(await run(['--rows', 'joins'])).toEqual({
      code: 1,
      output: 'There is no row "joins"; the rows are read, write, complex, batch-read, batch-write, range.\n',
    });
  });

  it('marks the rows of a store that is down and measures the others, and tells what became slower since an earlier run', async () => {
    const results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'));
    for (const { rounds } of results.cells) for (const round of rounds) round.ms = 0.001;
    const old = join(folder, 'old.json');
    await writeFile(old, JSON.stringify(results));
    const gone = { REDIS_URL: 'redis://:secret-word@127.0.0.1:1' };
    const { code, output } = await run([...tiny, '--rows', 'read', '--compare', old], gone);
    const { cells, engines } = await report();
    const { down } = engines.find(({ store }) => store === 'redis') ?? {};
    expect(down).toBe('Redis cannot be reached. Try again shortly.');
    for (const { store, state } of cells) expect(state).toBe(store === 'redis' ? 'failed' : 'measured');
    expect(output).not.toContain('secret-word');
    expect(output).toMatch(/Compared with .*old\.json: [1-9]\d* slower, 0 faster/);
    expect(output).toMatch(/PostgreSQL: ×\d+ slower/);
    expect(code).toBe(1);
  }, 60_000);

  it('leaves alone what lies under its name and is not its own', async () => {
    await sql`create database modelgraph_bench`;
    const { code, output } = await run(tiny);
    const kept = await held();
    await sql`drop database modelgraph_bench`;
    expect(code).toBe(1);
    expect(output.trim()).toBe(
      'PostgreSQL already has a database modelgraph_bench, which this run did not create. If an earlier run left them, remove them, and start again.',
    );
    expect(kept.postgres).toContain('modelgraph_bench');
  });

  it('cleans up after Ctrl-C, and leaves a report of what there is', async () => {
    const cli = bench(['--size', '200', '--rounds', '100', '--seconds', '1']);
    await cli.until(/measuring \d+ figures/);
    cli.process.kill('SIGINT');
    expect(await cli.exit()).toBe(130);
    expect(cli.output()).toContain('a partial report');
    expect((await report()).complete).toBe(false);
    expect(await held()).toEqual(untouched);
  }, 60_000);
});
