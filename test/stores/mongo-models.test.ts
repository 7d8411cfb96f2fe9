import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFilter, ModelOrder } from '../../src/model-list.ts';
import type { ModelName } from '../../src/model-name.ts';
import type { CopiesQuestion } from '../../src/stores/mongo/copies-question.ts';
import { modelCount, modelPage, newestCopy } from '../../src/stores/mongo/models.ts';
import { openMongoStore } from '../../src/stores/mongo/mongo-store.ts';
import type { ModelToCopy } from '../../src/stores/mongo/write-models.ts';
import { mongoEngines } from '../support/engines.ts';

const summary = {
  ...{ description: null, latestVersion: null, aliases: [], environments: ['STAGING'] },
  ...{ tags: { team: 'a' }, frameworks: ['torch'] },
  metrics: [
    { key: 'accuracy', highest: 0.9, lowest: 0.5 },
    { key: '$loss', highest: 2, lowest: 1 },
  ],
};
// As PostgreSQL's JSON has moments: as text "…00.12+…" would come before "…00+…".
const copyOf = (id: string, decimals: string): ModelToCopy => {
  const moment = `2026-01-01T00:00:00${decimals}+00:00`;
  return { id, sequence: '1', model: { ...summary, createdAt: moment, updatedAt: moment } };
};
const byName: ModelOrder = { by: 'NAME', descending: false };
const byCreated: ModelOrder = { by: 'CREATED_AT', descending: false };
const byLoss: ModelOrder = { by: 'BEST_METRIC', metric: '$loss', descending: true };
const first = { limit: 10, backwards: false };

describe.each(mongoEngines)('the copies of models on $name', ({ name: engineName, open }) => {
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
  const page = (filter: ModelFilter, order: ModelOrder, more = {}) =>
    modelPage(filter, order, { ...first, ...more });
  const ask = async (...questions: CopiesQuestion<unknown>[]) => await store.readCopies(questions);

  it('are none at first, and as of no moment', async () => {
    const none = { rows: [], hasMore: false };
    expect(await ask(newestCopy, page({}, byName), modelCount({}))).toEqual([null, none, 0]);
  });

  it('come in the order of moments to the microsecond, and those of deleted models never', async () => {
    const refused = await store.copies.writeModels([
      copyOf('later', '.12'),
      copyOf('much later', '.5'),
      copyOf('sooner', ''),
      copyOf('still sooner', '.000001'),
      { id: 'gone', sequence: '1', model: null },
    ]);
    expect(refused).toEqual([]);
    const [created, count] = (await ask(page({}, byCreated), modelCount({}))) as [
      { rows: { name: ModelName; orderKey: string[] }[] },
      number,
    ];
    expect(created.rows.map(({ name }) => name)).toEqual(['sooner', 'still sooner', 'later', 'much later']);
    expect(created.rows[2]?.orderKey).toEqual(['0', '2026-01-01T00:00:00.120000Z', 'later']);
    expect(count).toBe(4);
  });

  it('are asked many things in one call, and each has its answer', async () => {
    const names = (rows: string[]) => ({ rows: rows.map((name) => expect.objectContaining({ name })) });
    // As PostgreSQL writes a moment in a cursor of its own.
    const after = ['0', '2026-01-01 00:00:00.000001+00', 'still sooner'];
    const answers = await ask(
      modelCount({ name: { startsWith: 's' } }),
      page({}, byCreated, { after, limit: 1 }),
      page({}, byCreated, { backwards: true, before: after }),
      page({ bestMetric: [{ key: '$loss', is: { gte: 2 } }] }, byLoss, { after: ['0', '2', 'much later'] }),
      page({ name: { contains: 'nobody' } }, byName),
      newestCopy,
    );
    expect(answers).toEqual([
      2,
      { ...names(['later']), hasMore: true },
      { ...names(['sooner']), hasMore: false },
      { ...names(['later']), hasMore: false },
      { rows: [], hasMore: false },
      expect.stringMatching(/^\d{4}-.*Z$/),
    ]);
  });

  it('cannot be asked for more names than fit in a command, and their neighbours still answer', async () => {
    const among = Array.from({ length: 20_000 }, (_, n) => `${n}`.padEnd(800, 'x'));
    const [count, broad, few] = await ask(modelCount({}), modelCount({ among }), page({ among: [] }, byName));
    expect(count).toBe(4);
    expect(broad).toMatchObject({ code: 'FILTER_TOO_BROAD', store: 'MONGODB' });
    expect(few).toEqual({ rows: [], hasMore: false });
    expect(await ask(modelCount({ among }))).toMatchObject([{ code: 'FILTER_TOO_BROAD' }]);
  });

  it('are refused by MongoDB when a moment is in no fixed form', async () => {
    const copy = { sequence: 1n, deleted: false, copiedAt: new Date(), createdAt: '2026-01-01T00:00:00Z' };
    const write = client.db().collection('models').insertOne(copy);
    await expect(write).rejects.toThrow('Document failed validation');
  });

  describe.skipIf(engineName === 'embedded MongoDB' /* sorts by no index */)('are found by an index', () => {
    const winning = async ({ pipeline }: CopiesQuestion<unknown>) => {
      // What follows does not change how they are found.
      const found = pipeline.slice(0, pipeline.findIndex((stage) => '$limit' in stage) + 1);
      const plan = await client.db().collection('models').aggregate(found).explain('queryPlanner');
      return JSON.stringify(plan.queryPlanner?.winningPlan ?? plan.stages?.[0]);
    };

    it.each<ModelFilter>([
      { name: { eq: 'a' } },
      { name: { startsWith: 'a' } },
      { among: ['a', 'b'] },
      { framework: { eq: 'torch' } },
      { tags: [{ key: 'team', value: { startsWith: 'a' } }] },
      { bestMetric: [{ key: 'accuracy', is: { gt: 0.9 } }] },
      { deployedTo: 'STAGING' },
      { createdAt: { gte: '2026-01-01T00:00:00Z' } },
    ])('where %j', async (filter) => {
      expect(await winning(page(filter, byLoss))).toMatch(/^(?!.*COLLSCAN).*IXSCAN/);
    });

    it.each<[ModelOrder, string[]]>([
      [byName, ['0', 'a']],
      [byCreated, ['0', '2026-01-01T00:00:00Z', 'a']],
      [{ by: 'UPDATED_AT', descending: true }, ['0', '2026-01-01T00:00:00Z', 'a']],
    ])('in the order %j, which nobody has to sort', async (order, after) => {
      for (const more of [{}, { after }, { backwards: true, before: after }])
        expect(await winning(page({}, order, more))).toMatch(/^(?!.*(COLLSCAN|"SORT")).*IXSCAN/);
    });
  });
});
