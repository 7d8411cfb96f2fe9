import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store-name.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const unified = `
  name description tags { key } createdAt
  latestVersion { version }
  aliases { alias }
  versions(first: 2) { nodes { version } }
  trainingRuns(first: 2) { nodes { id } }
  deployments(first: 2) { nodes { id } }
  config { revision value(path: "/metrics/accuracy") hyperparameters }
  serving { predictionCount leaderboardRank }
  sources { store state presence }
`;

async function callsOf(query: string) {
  let answer: Awaited<ReturnType<TestGateway['query']>> = {};
  const calls = await storeCallsOf(async () => {
    answer = await gateway.query(query);
  });
  expect(answer.errors).toBeUndefined();
  const count = (store: Store) => calls.filter((call) => call.store === store).length;
  return { answer, calls, counts: [count('POSTGRES'), count('MONGODB'), count('REDIS')] };
}

describe('one model', () => {
  it('costs one call to each store, in one wave', async () => {
    const { answer, calls, counts } = await callsOf(
      `{ model(by: { name: "seed-model-0000001" }) { ${unified} } }`,
    );
    expect(counts).toEqual([1, 1, 1]);
    // One wave: every call was under way before the first one ended.
    const latestStart = Math.max(...calls.map(({ endedAtMs, durationMs }) => endedAtMs - durationMs));
    expect(latestStart).toBeLessThan(Math.min(...calls.map(({ endedAtMs }) => endedAtMs)));
    expect(answer.data.model).toMatchObject({
      name: 'seed-model-0000001',
      latestVersion: { version: 1 },
      aliases: [{ alias: 'champion' }],
      config: {
        revision: 1,
        value: expect.any(Number),
        hyperparameters: { learning_rate: expect.any(Number) },
      },
      serving: { predictionCount: expect.stringMatching(/^\d+$/), leaderboardRank: expect.any(Number) },
      sources: [
        { store: 'POSTGRES', state: 'OK', presence: 'PRESENT' },
        { store: 'MONGODB', state: 'OK', presence: 'PRESENT' },
        { store: 'REDIS', state: 'OK', presence: 'PRESENT' },
      ],
    });
  });

  it('costs each store one more call for each further level that needs it', async () => {
    const { counts } = await callsOf(`{ model(by: { name: "seed-model-0000001" }) {
      description
      trainingRuns(first: 3) { totalCount nodes { metrics { key } datasets { role } config { revision } producedVersions(first: 1) { nodes { version } } } }
      latestVersion { description tags { key } aliases trainingRun { framework } artifacts(first: 1) { nodes { uri } } deployments(first: 1) { nodes { status } } }
    } }`);
    expect(counts).toEqual([2, 1, 0]);
  });

  it('asks only the stores that the query needs, and the registry whether the model exists', async () => {
    expect((await callsOf('{ model(by: { name: "seed-model-0000001" }) { name } }')).counts).toEqual([
      1, 0, 0,
    ]);
    expect(
      (await callsOf('{ model(by: { name: "seed-model-0000001" }) { config { revision } } }')).counts,
    ).toEqual([1, 1, 0]);
  });

  it('asked many times in one query is asked of the stores once', async () => {
    const { counts } = await callsOf(`{
      a: model(by: { name: "seed-model-0000001" }) { ${unified} }
      b: model(by: { name: "seed-model-0000002" }) { ${unified} }
      c: model(by: { name: "seed-model-0000001" }) { ${unified} }
    }`);
    expect(counts).toEqual([1, 1, 1]);
  });
});

describe('a page of 100 models', () => {
  it('costs one call to each store per level', async () => {
    const { answer, counts, calls } = await callsOf(
      `{ models(first: 100) { totalCount nodes { ${unified} } } }`,
    );
    expect(answer.data.models.nodes).toHaveLength(100);
    expect(answer.data.models.totalCount).toBe(120);
    // The page itself is the first level and needs PostgreSQL only; what hangs on its models is the second.
    expect(counts).toEqual([2, 1, 1]);
    expect(calls.find(({ store }) => store === 'MONGODB')?.keys).toBeLessThanOrEqual(200);
  });

  it('does not ask again for what the page already told', async () => {
    const { counts } = await callsOf(
      '{ models(first: 100) { nodes { name description createdAt updatedAt tags { key } } } }',
    );
    expect(counts).toEqual([1, 0, 0]);
  });
});

describe('100 nodes by id', () => {
  it('cost one call', async () => {
    const { answer } = await callsOf('{ trainingRuns(first: 100) { nodes { id } } }');
    const ids = answer.data.trainingRuns.nodes.map(({ id }: { id: string }) => id);
    const { counts, answer: nodes } = await callsOf(
      `{ nodes(ids: ${JSON.stringify(ids)}) { ... on TrainingRun { framework } } }`,
    );
    expect(nodes.data.nodes).toHaveLength(100);
    expect(counts).toEqual([1, 0, 0]);
  });
});
