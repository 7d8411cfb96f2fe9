import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'demo' });
});
afterAll(() => gateway.close());

const nodes = `nodes { __typename ... on Node { id } ... on Dataset { name } ... on ModelVersion { version }
  ... on TrainingRun { framework } ... on Artifact { kind } ... on Deployment { environment } }`;

async function lineage(args: string) {
  let answer: Awaited<ReturnType<TestGateway['query']>> = {};
  const calls = await storeCallsOf(async () => {
    answer = await gateway.query(
      `{ model(by: { name: "fraud-detector" }) { lineage(${args}) { truncated edges { from to relation } ${nodes} } } }`,
    );
  });
  expect(answer.errors).toBeUndefined();
  expect(calls.map(({ store }) => store)).toEqual(['POSTGRES']);
  return answer.data.model.lineage as Lineage;
}

describe('the lineage of a model', () => {
  it('upstream leads over the runs of its versions to their datasets, in one call', async () => {
    const { nodes, edges, truncated } = await lineage('direction: UPSTREAM');
    expect(truncated).toBe(false);
    expect(countByType(nodes)).toEqual({ ModelVersion: 4, TrainingRun: 4, Dataset: 2 });
    expect(
      nodes
        .filter(({ name }) => name)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['fraud-holdout-v1', 'fraud-train-v1']);
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
    expect(countBy(edges.map(({ relation }) => relation))).toEqual({ PRODUCED: 4, TRAIN: 4, VALIDATION: 4 });
  });

  it('downstream leads to its artifacts and deployments', async () => {
    const { nodes, edges } = await lineage('direction: DOWNSTREAM');
    const { ModelVersion, Artifact = 0, Deployment = 0 } = countByType(nodes);
    expect(ModelVersion).toBe(4);
    expect(Math.min(Artifact, Deployment)).toBeGreaterThan(3);
    expect(countBy(edges.map(({ relation }) => relation))).toEqual({
      HAS_ARTIFACT: Artifact,
      DEPLOYED_AS: Deployment,
    });
  });

  it('goes no deeper than asked, and says when it was cut', async () => {
    expect(countByType((await lineage('direction: UPSTREAM, depth: 1')).nodes)).toEqual({ ModelVersion: 4 });
    expect(countByType((await lineage('direction: UPSTREAM, depth: 2')).nodes)).toEqual({
      ModelVersion: 4,
      TrainingRun: 4,
    });
    const cut = await lineage('direction: UPSTREAM, first: 5');
    expect(cut.truncated).toBe(true);
    expect(countByType(cut.nodes)).toEqual({ ModelVersion: 4, TrainingRun: 1 });
    expect(cut.edges.map(({ relation }) => relation)).toEqual(['PRODUCED']);
    expect((await lineage('direction: UPSTREAM, first: 10')).truncated).toBe(false);
  });

  it('has nodes that are found again by their ids', async () => {
    const { nodes } = await lineage('direction: DOWNSTREAM');
    const ids = nodes.map(({ id }) => id);
    const { data, errors } = await gateway.query(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }',
      { ids },
    );
    expect(errors).toBeUndefined();
    expect(data.nodes).toEqual(nodes.map(({ id, __typename }) => ({ id, __typename })));
  });

  it.each(['depth: 0', 'depth: 4', 'first: 0', 'first: 501'])('is refused for %s', async (argument) => {
    const { errors } = await gateway.query(
      `{ model(by: { name: "fraud-detector" }) { lineage(direction: UPSTREAM, ${argument}) { truncated } } }`,
    );
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argumentPath: [argument.split(':')[0]],
    });
  });
});

describe('the live deployments that rest on a dataset', () => {
  it('come newest first, page by page, each once though its run read the dataset twice', async () => {
    const page = async (args: string) => {
      const { data, errors } =
        await gateway.query(`{ dataset(name: "fraud-train-v1") { impactedDeployments(${args}) {
        totalCount pageInfo { hasNextPage endCursor } nodes { id status version { model { name } } } } } }`);
      expect(errors).toBeUndefined();
      return data.dataset.impactedDeployments;
    };
    const all = await page('first: 100');
    expect(all.totalCount).toBe(all.nodes.length);
    expect(all.nodes.length).toBeGreaterThan(5);
    expect(new Set(all.nodes.map(({ status }: { status: string }) => status))).toEqual(new Set(['ACTIVE']));
    expect(new Set(all.nodes.map(({ id }: { id: string }) => id)).size).toBe(all.nodes.length);
    expect(
      all.nodes.every(({ version }: { version: { model: { name: string } } }) =>
        version.model.name.startsWith('fraud-'),
      ),
    ).toBe(true);
    const first = await page('first: 2');
    const second = await page(`first: 100, after: "${first.pageInfo.endCursor}"`);
    expect([...first.nodes, ...second.nodes]).toEqual(all.nodes);
  });
});

const countBy = (texts: string[]): Record<string, number> =>
  Object.fromEntries([...new Set(texts)].map((text) => [text, texts.filter((each) => each === text).length]));
const countByType = (all: Lineage['nodes']) => countBy(all.map(({ __typename }) => __typename));

interface Lineage {
  truncated: boolean;
  nodes: { __typename: string; id: string; name?: string }[];
  edges: { from: string; to: string; relation: string }[];
}
