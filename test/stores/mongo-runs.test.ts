import { BSON, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import type { RunConfigToWrite } from '../../src/stores/mongo/write-runs.ts';
import { mongoEngines } from '../support/engines.ts';

const run = (id: string, sequence: number, lr: number): RunConfigToWrite => ({
  ...{
    id,
    modelName: 'm',
    framework: 'torch',
    createdAt: '2026-01-01T00:00:00Z',
    sequence: String(sequence),
  },
  document: Buffer.from(BSON.serialize({ lr })).toString('base64'),
});
const unreadable = (id: string): RunConfigToWrite => ({ ...run(id, 1, 1), document: 'bm90IEJTT04=' });
/** The validator of the collection wants a name. */
const refused = (id: string): RunConfigToWrite => ({ ...run(id, 1, 1), modelName: 7 as never });

describe.each(mongoEngines)('the documents of runs on $name', ({ open }) => {
  let engine: Awaited<ReturnType<typeof open>>;
  let store: ReturnType<typeof openMongoStore>;
  let client: MongoClient;
  beforeAll(async () => {
    engine = await open();
    client = await new MongoClient(engine.url).connect();
    store = openMongoStore({ url: engine.url, poolMax: 4, deadlineMs: 5_000 });
    await store.prepare();
  });
  afterAll(async () => {
    await client.db().dropDatabase();
    await client.close();
    await store.close();
    await engine.close();
  });
  const write = (...runs: RunConfigToWrite[]) => store.copies.writeRuns(runs);
  const kept = async () => {
    const found = await client.db().collection('model_configs').find().sort({ _id: 1 }).toArray();
    return found.map(({ _id, sequence, document }) => [String(_id), Number(sequence), document.lr] as const);
  };

  it('are there once, however often they are told, and late ones change nothing', async () => {
    expect(await write(run('a', 5, 1), run('b', 6, 1))).toEqual([]);
    // One is told again, one comes late, one is newer, one is new, in one call.
    expect(await write(run('a', 5, 2), run('b', 4, 2), run('c', 7, 2))).toEqual([]);
    expect(await write(run('b', 8, 3), run('d', 9, 3))).toEqual([]);
    expect(await kept()).toEqual([
      ['a', 5, 1],
      ['b', 8, 3],
      ['c', 7, 2],
      ['d', 9, 3],
    ]);
  });

  it('are refused each for itself, and what stands beside them is kept', async () => {
    const unwritten = await write(
      refused('x'),
      run('a', 10, 4),
      unreadable('y'),
      run('e', 11, 4),
      refused('z'),
    );
    expect(unwritten.map(({ id, reason }) => [id, reason.replace(/:.*/, '')]).sort()).toEqual([
      ['x', 'MongoDB refused the document (121)'],
      ['y', 'The document cannot be read'],
      ['z', 'MongoDB refused the document (121)'],
    ]);
    const found = new Map((await kept()).map(([id, ...rest]) => [id, rest]));
    expect([found.get('a'), found.get('e')]).toEqual([
      [10, 4],
      [11, 4],
    ]);
    expect([found.has('x'), found.has('y'), found.has('z')]).toEqual([false, false, false]);
  });
});
