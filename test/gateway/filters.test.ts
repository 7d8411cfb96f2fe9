import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

async function modelsWhere(filter: Record<string, unknown>): Promise<string[]> {
  const { data, errors } = await gateway.query(
    'query ($filter: ModelFilter) { models(first: 100, filter: $filter) { totalCount nodes { name } } }',
    { filter },
  );
  expect(errors).toBeUndefined();
  expect(data.models.totalCount).toBe(data.models.nodes.length);
  return data.models.nodes.map(({ name }: { name: string }) => name);
}

const numbered = (...numbers: number[]) => numbers.map((n) => `seed-model-${String(n).padStart(7, '0')}`);

describe('models', () => {
  it.each([
    [{ name: { eq: 'seed-model-0000007' } }, numbered(7)],
    [{ name: { in: [...numbered(3, 5), 'nobody'] } }, numbered(3, 5)],
    [{ name: { startsWith: 'seed-model-000012' } }, numbered(120)],
    [{ name: { contains: '-000001' } }, numbered(10, 11, 12, 13, 14, 15, 16, 17, 18, 19)],
    [{ name: { contains: 'SEED' } }, []],
    [{ name: { startsWith: 'seed', contains: '0000099', eq: 'seed-model-0000099' } }, numbered(99)],
    [{ tags: [{ key: 'team', value: { eq: 'team-1' } }] }, numbered(2, 52, 102)],
    [
      { tags: [{ key: 'team', value: { in: ['team-1', 'team-2'] } }, { key: 'generated' }] },
      numbered(2, 3, 52, 53, 102, 103),
    ],
    [{ tags: [{ key: 'team', value: { startsWith: 'team-4', contains: '9' } }] }, numbered(50, 100)],
    [{ tags: [{ key: 'nothing' }] }, []],
    [{ framework: { eq: 'pytorch' }, name: { startsWith: 'seed-model-000000' } }, numbered(1, 6)],
    [
      { framework: { startsWith: 'tensor' }, tags: [{ key: 'team', value: { eq: 'team-1' } }] },
      numbered(2, 52, 102),
    ],
  ])('where %j', async (filter, names) => {
    expect(await modelsWhere(filter)).toEqual(names);
  });

  it('say which store chose them, and as of when', async () => {
    const { data } = await gateway.query('{ models(first: 1) { driver asOf } }');
    expect(data.models.driver).toBe('POSTGRES');
    expect(Math.abs(Date.parse(data.models.asOf) - Date.now())).toBeLessThan(10_000);
  });
});

describe('training runs', () => {
  const runsWhere = async (filter: Record<string, unknown>, direction = 'DESC') => {
    const { data, errors } = await gateway.query(
      `query ($filter: TrainingRunFilter, $direction: SortDirection!) {
        trainingRuns(first: 100, filter: $filter, orderBy: { by: CREATED_AT, direction: $direction }) {
          totalCount nodes { framework status createdAt datasets { dataset { name } } }
        }
      }`,
      { filter, direction },
    );
    expect(errors).toBeUndefined();
    return data.trainingRuns as {
      totalCount: number;
      nodes: {
        framework: string;
        status: string;
        createdAt: string;
        datasets: { dataset: { name: string } }[];
      }[];
    };
  };

  it('are those of the framework, status and dataset asked for, and all of them', async () => {
    const all = await runsWhere({});
    expect(all.totalCount).toBe(360);
    const pytorch = await runsWhere({ framework: { eq: 'pytorch' }, status: ['FINISHED'] });
    expect(
      pytorch.nodes.every(({ framework, status }) => framework === 'pytorch' && status === 'FINISHED'),
    ).toBe(true);
    const failed = await runsWhere({ framework: { eq: 'pytorch' }, status: ['FAILED'] });
    expect(pytorch.totalCount + failed.totalCount).toBe(72);
    const onDataset = await runsWhere({ datasetName: { eq: 'seed-dataset-03' } });
    expect(onDataset.totalCount).toBeGreaterThan(0);
    expect(
      onDataset.nodes.every(({ datasets }) =>
        datasets.some(({ dataset }) => dataset.name === 'seed-dataset-03'),
      ),
    ).toBe(true);
    const { data } = await gateway.query(
      '{ dataset(name: "seed-dataset-03") { trainingRuns(first: 1) { totalCount } } }',
    );
    expect(data.dataset.trainingRuns.totalCount).toBe(onDataset.totalCount);
  });

  it('come newest first, or oldest first when asked, within the time asked for', async () => {
    const times = (await runsWhere({})).nodes.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
    const oldest = await runsWhere({}, 'ASC');
    const [from, until] = [oldest.nodes[10]?.createdAt, oldest.nodes[20]?.createdAt];
    const between = await runsWhere({ createdAt: { gte: from, lt: until } }, 'ASC');
    expect(between.nodes.map(({ createdAt }) => createdAt)).toEqual(
      oldest.nodes.slice(10, 20).map(({ createdAt }) => createdAt),
    );
  });
});

describe('datasets', () => {
  it('come by name, and one without a version is the one created last', async () => {
    const { data } = await gateway.query(
      '{ datasets(first: 3, name: { startsWith: "seed-dataset-0" }) { totalCount nodes { name version rowCount } } dataset(name: "seed-dataset-01") { version } none: dataset(name: "seed-dataset-01", version: "2") { version } }',
    );
    expect(data.datasets).toMatchObject({
      totalCount: 9,
      nodes: [
        { name: 'seed-dataset-01', rowCount: '10000' },
        { name: 'seed-dataset-02' },
        { name: 'seed-dataset-03' },
      ],
    });
    expect(data.dataset).toEqual({ version: '1' });
    expect(data.none).toBeNull();
  });
});
