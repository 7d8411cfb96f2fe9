import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEmbeddedMongo } from '../../src/embedded/mongo.ts';

// Where there is a mongod, it would be opened instead.
beforeEach(() => void vi.stubEnv('PATH', '/nowhere'));
afterEach(() => void vi.unstubAllEnvs());

const clientOf = ({ url }: { url: string }) => new MongoClient(url, { serverSelectionTimeoutMS: 5_000 });

test('two servers at once share nothing, and close at once though clients are connected', async () => {
  const [one, two] = await Promise.all([openEmbeddedMongo(), openEmbeddedMongo()]);
  expect(one.server).toBe('ModelGraph’s in-memory MongoDB');
  const [here, there] = [clientOf(one), clientOf(two)];
  await here.db().collection('models').insertOne({ name: 'fraud-detector' });
  expect(await here.db().collection('models').countDocuments()).toBe(1);
  expect(await there.db().collection('models').countDocuments()).toBe(0);

  const start = performance.now();
  await Promise.all([one.close(), two.close()]);
  await one.close();
  expect(performance.now() - start).toBeLessThan(1_000);
  await Promise.all([here.close(), there.close()]);
});

test('a process that did not close it ends all the same', async () => {
  vi.unstubAllEnvs();
  const source = `
    process.env.PATH = '/nowhere';
    const { openEmbeddedMongo } = await import('${new URL('../../src/embedded/mongo.ts', import.meta.url).href}');
    console.log((await openEmbeddedMongo()).url);`;
  const child = spawn(process.execPath, [
    '--import',
    import.meta.resolve('tsx'),
    '--input-type=module',
    '--eval',
    source,
  ]);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  }
  const [code] = await once(child, 'close');
  expect(printed).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/modelgraph\?directConnection=true\n$/);
  expect(code).toBe(0);
});
