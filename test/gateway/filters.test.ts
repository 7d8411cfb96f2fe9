import fc from 'fast-check';
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
    [{ createdAt: { gte: '2026-10-31T22:10:00Z', lt: '2026-10-31T22:12:00.000001Z' } }, numbered(11, 12, 13)],
    [{ deployedTo: 'PRODUCTION', name: { startsWith: 'seed-model-000000' } }, numbered(1, 5, 9)],
    [{ deployedTo: 'STAGING' }, []],
    [
      { or: [{ name: { eq: 'seed-model-0000001' } }, { name: { eq: 'seed-model-0000003' } }] },
      numbered(1, 3),
    ],
    [
      { name: { startsWith: 'seed-model-000000' }, not: { deployedTo: 'PRODUCTION' } },
      numbered(2, 3, 4, 6, 7, 8),
    ],
    [
      {
        and: [{ name: { startsWith: 'seed-model-00000' } }, { name: { contains: '00000' } }],
        or: [
          { not: { tags: [{ key: 'team', value: { startsWith: 'team-' } }] } },
          { not: { not: { framework: { eq: 'xgboost' } } }, name: { in: numbered(4, 9, 14) } },
        ],
      },
      numbered(4, 9, 14),
    ],
    [{ framework: { eq: 'pytorch' }, name: { startsWith: 'seed-model-000000' } }, numbered(1, 6)],
    [
      { framework: { startsWith: 'tensor' }, tags: [{ key: 'team', value: { eq: 'team-1' } }] },
      numbered(2, 52, 102),
    ],
  ])('where %j', async (filter, names) => {
    expect(await modelsWhere(filter)).toEqual(names);
  });

  it('with a best metric are those whose highest value is such', async () => {
    const best = new Map<string, number>();
    const { data } = await gateway.query(
      '{ models(first: 100) { nodes { name trainingRuns(first: 100) { nodes { metrics(keys: ["accuracy"]) { value } } } } } }',
    );
    for (const { name, trainingRuns } of data.models.nodes) {
      const values = trainingRuns.nodes.map((run: { metrics: { value: number }[] }) =>
        Number(run.metrics[0]?.value),
      );
      best.set(name, Math.max(...values));
    }
    const some = [...best.values()][0] ?? 0;
    for (const [is, holds] of [
      [{ gte: 0.9 }, (value: number) => value >= 0.9],
      [{ gt: some }, (value: number) => value > some],
      [{ eq: some }, (value: number) => value === some],
      [{ gt: 0.7, lt: 0.95 }, (value: number) => value > 0.7 && value < 0.95],
      [{ lte: some, gte: some }, (value: number) => value === some],
    ] as const) {
      const names = (await modelsWhere({ bestMetric: [{ key: 'accuracy', is }] })).filter((name) =>
        best.has(name),
      );
      expect(names).toEqual([...best].filter(([, value]) => holds(value)).map(([name]) => name));
      expect(names.length).toBeGreaterThan(0);
    }
    expect(await modelsWhere({ bestMetric: [{ key: 'nothing', is: { gte: 0 } }] })).toEqual([]);
  });

  it('of any tree of conditions are those that the conditions, one by one, say', async () => {
    const leaves: Record<string, unknown>[] = [
      { name: { contains: '7' } },
      { framework: { eq: 'pytorch' } },
      { tags: [{ key: 'team', value: { startsWith: 'team-1' } }] },
      { tags: [{ key: 'nothing', value: { contains: 'x' } }] },
      { bestMetric: [{ key: 'accuracy', is: { gte: 0.9 } }] },
      { deployedTo: 'PRODUCTION' },
      { createdAt: { gte: '2026-10-31T23:00:00Z' } },
      { config: [{ path: '/hyperparameters/batch_size', number: { lte: 64 } }] },
      {
        config: [
          { path: '/metrics/accuracy', number: { gt: 0.9 } },
          { path: '/architecture/layers/0/units', exists: true },
        ],
      },
    ];
    const all = numbered(80, 81, 82, 83, 84, 85, 86, 87, 88, 89);
    const within = (filter: unknown) =>
      modelsWhere({ and: [{ name: { startsWith: 'seed-model-000008' } }, filter] });
    const answers = await Promise.all(leaves.map(async (leaf) => new Set(await within(leaf))));
    type Tree = { leaf: number } | { and: Tree[] } | { or: Tree[] } | { not: Tree };
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => {
      const list = fc.array(tie('tree'), { minLength: 1, maxLength: 3 });
      return {
        tree: fc.oneof(
          { maxDepth: 4, withCrossShrink: true },
          fc.record({ leaf: fc.nat({ max: leaves.length - 1 }) }),
          fc.record({ and: list }),
          fc.record({ or: list }),
          fc.record({ not: tie('tree') }),
        ),
      };
    });
    const toFilter = (node: Tree): Record<string, unknown> => {
      if ('leaf' in node) return leaves[node.leaf] ?? {};
      if ('and' in node) return { and: node.and.map(toFilter) };
      return 'or' in node ? { or: node.or.map(toFilter) } : { not: toFilter(node.not) };
    };
    const holds = (node: Tree, name: string): boolean => {
      if ('leaf' in node) return answers[node.leaf]?.has(name) ?? false;
      if ('and' in node) return node.and.every((each) => holds(each, name));
      return 'or' in node ? node.or.some((each) => holds(each, name)) : !holds(node.not, name);
    };
    const countOf = (node: Tree): number => {
      if ('leaf' in node) return 2;
      if ('not' in node) return countOf(node.not);
      return ('and' in node ? node.and : node.or).reduce((sum, each) => sum + countOf(each), 0);
    };
    await fc.assert(
      fc.asyncProperty(tree, async (node) => {
        fc.pre(countOf(node) < 50);
        expect(await within(toFilter(node))).toEqual(all.filter((name) => holds(node, name)));
      }),
      { numRuns: 40 },
    );
  });

  it('say which store chose them, and that they are no older than the answer', async () => {
    const { data } = await gateway.query('{ models(first: 1) { driver asOf } }');
    expect(data.models).toEqual({ driver: 'POSTGRES', asOf: null });
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

describe('versions of a model', () => {
  beforeAll(async () => {
    const { data, errors } = await gateway.query(`mutation {
      createModelVersions(inputs: [
        ${['{ key: "stage", value: "nightly" }', '{ key: "stage", value: "release" }', '']
          .map((tags) => `{ modelName: "versioned", tags: [${tags}] }`)
          .join('')}
      ]) { __typename }
      a: setModelAlias(input: { modelName: "versioned", alias: "champion", version: 2 }) { __typename }
      b: setModelAlias(input: { modelName: "versioned", alias: "challenger", version: 3 }) { __typename }
    }`);
    expect(errors).toBeUndefined();
    expect(data.b.__typename).toBe('SetModelAliasSuccess');
  });

  it.each([
    [{}, [3, 2, 1]],
    [{ alias: { eq: 'champion' } }, [2]],
    [{ alias: { startsWith: 'ch' } }, [3, 2]],
    [{ alias: { eq: 'nobody' } }, []],
    [{ tags: [{ key: 'stage' }] }, [2, 1]],
    [{ tags: [{ key: 'stage', value: { startsWith: 'night' } }] }, [1]],
    [{ tags: [{ key: 'stage', value: { in: ['release'] } }], alias: { contains: 'amp' } }, [2]],
    [{ createdAt: { lt: '2020-01-01T00:00:00Z' } }, []],
    [{ createdAt: { gte: '2020-01-01T00:00:00Z' } }, [3, 2, 1]],
  ])('where %j', async (filter, numbers) => {
    const { data, errors } = await gateway.query(
      `query ($filter: ModelVersionFilter) { model(by: { name: "versioned" }) {
        versions(first: 2, filter: $filter) { totalCount nodes { version } pageInfo { endCursor } }
      } }`,
      { filter },
    );
    expect(errors).toBeUndefined();
    const { totalCount, nodes, pageInfo } = data.model.versions;
    expect(totalCount).toBe(numbers.length);
    const rest = await gateway.query(
      `query ($filter: ModelVersionFilter, $after: String) { model(by: { name: "versioned" }) {
        versions(first: 2, filter: $filter, after: $after) { nodes { version } }
      } }`,
      { filter, after: pageInfo.endCursor },
    );
    const found = [...nodes, ...(pageInfo.endCursor ? rest.data.model.versions.nodes : [])];
    expect(found.map(({ version }: { version: number }) => version)).toEqual(numbers);
  });
});
