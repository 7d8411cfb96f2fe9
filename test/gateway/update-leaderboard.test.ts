import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const mutation = `mutation ($input: UpdateLeaderboardInput!) { updateLeaderboard(input: $input) {
  __typename
  ... on UpdateLeaderboardSuccess { leaderboard(first: 3) { board size entries { rank score updatedAt model { name } } } }
  ... on Error { code message }
  ... on NotFoundError { entity key }
  ... on InvalidInputError { issues { path message } }
} }`;

async function update(board: string, scores: Record<string, number>) {
  const input = { board, scores: Object.entries(scores).map(([modelName, score]) => ({ modelName, score })) };
  const { data, errors } = await gateway.query(mutation, { input });
  expect(errors).toBeUndefined();
  return data.updateLeaderboard;
}

const numbered = (n: number) => `seed-model-${String(n).padStart(7, '0')}`;

describe('scores on a board of one’s own', () => {
  it('are there at once, with when they were written, by one question to the registry', async () => {
    const calls = await storeCallsOf(async () => {
      expect(await update('elo', { [numbered(1)]: 1_200, [numbered(2)]: 1_500.25 })).toMatchObject({
        leaderboard: {
          board: 'elo',
          size: 2,
          entries: [
            {
              rank: 1,
              score: 1_500.25,
              updatedAt: expect.stringMatching(/Z$/),
              model: { name: numbered(2) },
            },
            { rank: 2, score: 1_200, model: { name: numbered(1) } },
          ],
        },
      });
    });
    expect(calls.map(({ store, operation, keys }) => [store, operation, keys])).toEqual([
      ['POSTGRES', 'metricIsThere+modelIsThere', 3],
      ['REDIS', 'updateLeaderboard', 2],
      ['REDIS', 'readBoard', 1],
    ]);
  });

  it('replace those of the same models only', async () => {
    await update('kept', { [numbered(1)]: 1, [numbered(2)]: 2 });
    const { leaderboard } = await update('kept', { [numbered(1)]: 3 });
    expect(leaderboard.entries.map(({ score }: { score: number }) => score)).toEqual([3, 2]);
  });

  it('go when they are taken off, also of a model that is no more', async () => {
    await update('left', { [numbered(1)]: 1, [numbered(2)]: 2, [numbered(3)]: 3 });
    const remove = (names: string[], scores: object[] = []) =>
      gateway.query(mutation, { input: { board: 'left', scores, remove: names } });
    const { data } = await remove([numbered(3), 'nobody'], [{ modelName: numbered(1), score: 7 }]);
    expect(data.updateLeaderboard.leaderboard).toMatchObject({
      size: 2,
      entries: [{ score: 7, model: { name: numbered(1) } }, { score: 2 }],
    });
    const emptied = await remove([numbered(1), numbered(2)]);
    expect(emptied.data.updateLeaderboard.leaderboard).toMatchObject({ size: 0, entries: [] });
  });

  it('come back as they went in', async () => {
    const scores = [5e-324, 1 / 3, -1.7976931348623157e308, 0.1 + 0.2];
    await update('exact', Object.fromEntries(scores.map((score, n) => [numbered(n + 1), score])));
    const { data } = await gateway.query('{ leaderboard(board: "exact") { entries { score } } }');
    expect(data.leaderboard.entries.map(({ score }: { score: number }) => score)).toEqual(
      [...scores].sort((a, b) => b - a),
    );
  });

  it('of models that the registry does not know are refused, all of them, and named', async () => {
    expect(await update('strangers', { [numbered(1)]: 1, nobody: 2, 'no-one': 3 })).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      message: 'There is no ModelInfo "nobody", "no-one".',
      entity: 'ModelInfo',
      key: 'nobody',
    });
    const { data } = await gateway.query('{ leaderboard(board: "strangers") { size } }');
    expect(data.leaderboard.size).toBe(0);
  });

  it('are refused where the registry keeps the board', async () => {
    expect(await update('accuracy', { [numbered(1)]: 2 })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['board'], message: expect.stringContaining('follows the registry') }],
    });
  });

  it('are checked, every fault at once with its path', async () => {
    const scores = [
      { modelName: numbered(1), score: 1 },
      { modelName: numbered(1), score: 2 },
    ];
    const { data } = await gateway.query(mutation, { input: { board: 'a{b', scores } });
    expect(data.updateLeaderboard.issues).toEqual([
      { path: ['board'], message: 'cannot hold control characters, "{" or "}"' },
      { path: ['scores', '1', 'modelName'], message: 'each model can be there once' },
    ]);
    expect((await update('x', {})).issues).toEqual([
      { path: ['scores'], message: 'give at least one score, or a model to remove' },
    ]);
    const both = { board: 'x', scores: [{ modelName: numbered(1), score: 1 }], remove: [numbered(1)] };
    expect((await gateway.query(mutation, { input: both })).data.updateLeaderboard.issues).toEqual([
      { path: ['remove', '0'], message: 'each model can be there once' },
    ]);
  });
});

describe('while a store is away', () => {
  it.each([
    ['REDIS', { REDIS_URL: 'redis://127.0.0.1:1' }],
    ['POSTGRES', { DATABASE_URL: 'postgres://127.0.0.1:1/none' }],
  ])('%s, the write is an error that says so', async (store, environment) => {
    // A Redis in process cannot be away.
    if (store === 'REDIS' && gateway.embedded.redis.client) return;
    const away = await openTestGateway({ environment });
    const input = { board: 'elo', scores: [{ modelName: numbered(1), score: 1 }] };
    const { data, errors } = await away.query(mutation, { input });
    expect(data).toEqual({ updateLeaderboard: null });
    expect(errors).toMatchObject([
      { path: ['updateLeaderboard'], extensions: { code: 'STORE_UNAVAILABLE', store } },
    ]);
    if (store === 'REDIS') {
      const board = await away.query('{ leaderboard { size } }');
      expect(board.data).toEqual({ leaderboard: null });
      expect(board.errors).toMatchObject([
        { path: ['leaderboard'], extensions: { code: 'STORE_UNAVAILABLE', store: 'REDIS', retryable: true } },
      ]);
    }
    await away.close();
  });
});
