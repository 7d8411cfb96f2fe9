import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Death, killAgainAndAgain } from '../crash/kill-again-and-again.ts';
import { redisServer } from '../support/engines.ts';
import { openTestStores } from '../support/test-stores.ts';

let stores: Awaited<ReturnType<typeof openTestStores>>;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

// From the commit that decides to the statement that settles, whose commit is then under way; each right after the call was done.
const points = [
  ...['registerTrainingRuns', 'deleteModel', 'claimOutbox', 'modelState', 'writeRuns', 'writeModels'],
  ...['settleOutbox', 'purgeModel', 'scoreState', 'syncBoards'],
];

describe.skipIf(!redisServer)('a gateway that is killed, which needs a redis-server on the PATH here', () => {
  it('at any step from the decision to the last copy: nothing is lost, doubled or half done', async () => {
    const deaths: Death[] = [
      ...points.map((after) => ({ after, nth: 3 })),
      { afterMs: 300 },
      { afterMs: 700 },
    ];
    const urls = {
      DATABASE_URL: stores.postgres.url,
      MONGODB_URI: stores.mongo.url,
      REDIS_URL: String(stores.redis.url),
    };
    const { faults, ...casualties } = await killAgainAndAgain({ urls, deaths, clients: 4 });
    console.log(casualties);
    expect(faults).toEqual([]);
    expect(casualties.kills).toBe(deaths.length);
    expect(casualties.registrations).toBeGreaterThan(20);
  }, 180_000);
});
