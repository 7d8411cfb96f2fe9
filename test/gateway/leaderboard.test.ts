import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let direct: Redis;
beforeAll(async () => {
  gateway = await openTestGateway();
  const { client, url = '' } = gateway.embedded.redis;
  direct = client?.duplicate() ?? new Redis(url);
});
afterAll(async () => {
  direct.disconnect();
  await gateway.close();
});

const pageQuery = `query ($board: String!, $first: Int!, $after: String) {
  leaderboard(board: $board, first: $first, after: $after) {
    board size rebuiltAt entries { cursor rank score updatedAt model { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Entry {
  cursor: string;
  rank: number;
  score: number;
  model: { name: string };
}

interface Page {
  size: number;
  entries: Entry[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
}

async function page(board: string, first: number, after: string | null = null): Promise<Page> {
  const { data, errors } = await gateway.query(pageQuery, { board, first, after });
  expect(errors).toBeUndefined();
  return data.leaderboard;
}

const setScores = (board: string, scores: Record<string, number>) =>
  gateway.stores.redis.bulk.write(
    Object.entries(scores).map(([name, score]) => ({ name: name as never, scores: { [board]: score } })),
  );

const stand = ({ entries }: Page) => entries.map(({ rank, score, model }) => [rank, model.name, score]);

describe('a leaderboard', () => {
  it('shows the highest score first, with everything about the models, in one call to each store', async () => {
    const calls = await storeCallsOf(async () => {
      const { data, errors } = await gateway.query(
        '{ leaderboard { size entries { rank score model { name createdAt config { revision } serving { leaderboardRank } } } } }',
      );
      expect(errors).toBeUndefined();
      const { size, entries } = data.leaderboard;
      expect(size).toBe(120);
      expect(entries).toHaveLength(10);
      const scores = entries.map(({ score }: Entry) => score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      for (const [n, { rank, model }] of entries.entries())
        expect([rank, model.serving.leaderboardRank]).toEqual([n + 1, n + 1]);
    });
    // The board first; then Redis once more for what hangs on its models, together with the others.
    const stores = calls.map(({ store }) => store);
    expect(stores.slice(0, 1)).toEqual(['REDIS']);
    expect(stores.slice(1).sort()).toEqual(['MONGODB', 'POSTGRES', 'REDIS']);
  });

  it('shares one call to Redis with whatever else is asked beside it', async () => {
    const calls = await storeCallsOf(async () => {
      await gateway.query(`{
        a: leaderboard { size } f: leaderboard(board: "f1", first: 1) { size } b: leaderboard { size }
        model(by: { name: "seed-model-0000001" }) { serving { predictionCount leaderboardRank } }
      }`);
    });
    expect(calls.filter(({ store }) => store === 'REDIS')).toMatchObject([
      { operation: 'readBoard+readServing', keys: 3 },
    ]);
  });

  it('ranks equal scores by name, the later in byte order first, as leaderboardRank does', async () => {
    await setScores('ties', { a: 0.5, Z: 0.5, é: 0.5, b: 0.5, top: 0.75, 'a-': 0.5, last: -1e300 });
    const all = await page('ties', 100);
    expect(stand(all)).toEqual([
      [1, 'top', 0.75],
      [2, 'é', 0.5],
      [3, 'b', 0.5],
      [4, 'a-', 0.5],
      [5, 'a', 0.5],
      [6, 'Z', 0.5],
      [7, 'last', -1e300],
    ]);
    // The registry does not know these models, so their ranks are asked of Redis alone.
    const { data } = await gateway.query(
      '{ leaderboard(board: "ties") { entries { rank model { serving { leaderboardRank(board: "ties") } } } } }',
    );
    for (const { rank, model } of data.leaderboard.entries) expect(model.serving.leaderboardRank).toBe(rank);
    const turned = [];
    for (let after: string | null = null, more = true; more; ) {
      const next: Page = await page('ties', 2, after);
      turned.push(...next.entries);
      after = next.pageInfo.endCursor;
      more = next.pageInfo.hasNextPage;
    }
    expect(turned).toEqual(all.entries);
  });

  it('that nobody wrote to is empty, and no error', async () => {
    const { data, errors } = await gateway.query(pageQuery, { board: 'nothing', first: 5 });
    expect(errors).toBeUndefined();
    expect(data.leaderboard).toEqual({
      board: 'nothing',
      size: 0,
      rebuiltAt: null,
      entries: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('gives the ranks of 100 models in one call', async () => {
    const calls = await storeCallsOf(async () => {
      const { data } = await gateway.query(
        '{ models(first: 100) { nodes { serving { leaderboardRank f1: leaderboardRank(board: "f1") } } } }',
      );
      expect(
        new Set(
          data.models.nodes.map(
            ({ serving }: { serving: { leaderboardRank: number } }) => serving.leaderboardRank,
          ),
        ).size,
      ).toBe(100);
    });
    expect(calls.filter(({ store }) => store === 'REDIS')).toMatchObject([{ keys: 100 }]);
  });
});

describe('turning the pages of a leaderboard', () => {
  it('neither repeats nor skips an entry that kept its score, while others come, go and move', async () => {
    const name = fc.integer({ min: 0, max: 29 }).map((n) => `m${String(n).padStart(2, '0')}`);
    // Few scores, so that many are equal; the cursor’s own entry is among those that move.
    const score = fc.constantFrom(0, 0.1, 1 / 3, 0.5, 1e-7, -2);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 7 }),
        fc.dictionary(name, score, { minKeys: 5 }),
        fc.array(fc.array(fc.tuple(name, fc.option(score)), { maxLength: 6 }), {
          minLength: 3,
          maxLength: 12,
        }),
        fc.boolean(),
        async (size, start, changes, moveCursor) => {
          const board = `moving ${++run}`;
          await setScores(board, start);
          const stayed = new Map(Object.entries(start));
          const seen: string[] = [];
          for (let after: string | null = null, turn = 0; ; turn++) {
            const { entries, pageInfo }: Page = await page(board, size, after);
            seen.push(...entries.map(({ model, score }) => `${model.name} ${score}`));
            if (!pageInfo.hasNextPage) break;
            after = pageInfo.endCursor;
            const last = entries.at(-1)?.model.name ?? '';
            const now = [
              ...(changes[turn % changes.length] ?? []),
              ...(moveCursor ? [[last, 0.5] as const] : []),
            ];
            for (const [changed, to] of now) {
              if (to === null) await direct.zrem(`mg:board:{${board}}`, changed);
              else await setScores(board, { [changed]: to });
              if (stayed.get(changed) !== to) stayed.delete(changed);
            }
          }
          const expected = [...stayed].map(([name, score]) => `${name} ${score}`);
          expect(expected.filter((entry) => seen.filter((each) => each === entry).length !== 1)).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('goes on behind an entry that is gone, at the ranks of now', async () => {
    await setScores('gone', { a: 3, b: 2, c: 2, d: 2, e: 1 });
    const first = await page('gone', 3);
    expect(stand(first).map(([, name]) => name)).toEqual(['a', 'd', 'c']);
    await direct.zrem('mg:board:{gone}', 'c', 'a');
    const second = await page('gone', 3, first.pageInfo.endCursor);
    expect(stand(second)).toEqual([
      [2, 'b', 2],
      [3, 'e', 1],
    ]);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it.each([
    ['a cursor of another board', { board: 'f1', first: 1 }, ['after']],
    ['no entries', { board: 'accuracy', first: 0, after: null }, ['first']],
    ['more than 100 entries', { board: 'accuracy', first: 101, after: null }, ['first']],
    ['a board with braces', { board: '{x}', first: 1, after: null }, ['board']],
    ['a board without a name', { board: '', first: 1, after: null }, ['board']],
  ])('is refused with %s', async (_, variables, argumentPath) => {
    const { entries } = await page('accuracy', 1);
    const { data, errors } = await gateway.query(pageQuery, { after: entries[0]?.cursor, ...variables });
    expect(data.leaderboard).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
  });
});
