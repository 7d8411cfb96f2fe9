import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let redis: Redis;

beforeAll(async () => {
  gateway = await openTestGateway();
  const { client, url } = gateway.embedded.redis;
  redis = client?.duplicate() ?? new Redis(String(url));
});
afterAll(async () => {
  redis.disconnect();
  await gateway.close();
});

const rebuild = (board: string) =>
  gateway.query(
    `mutation ($board: String!) { rebuildLeaderboard(board: $board) { size rebuiltAt entries { score model { name } } } }`,
    { board },
  );
const scores = () => redis.zrange('mg:board:{accuracy}', 0, -1, 'WITHSCORES');

describe('a rebuilt leaderboard', () => {
  it('is what the registry says, whatever was on it', async () => {
    const before = await scores();
    const [first, , second] = before;
    await redis.zrem('mg:board:{accuracy}', String(first));
    await redis.zadd('mg:board:{accuracy}', 99, String(second), 98, 'nobody');
    const { data, errors } = await rebuild('accuracy');
    expect(errors).toBeUndefined();
    expect(data.rebuildLeaderboard).toMatchObject({ size: before.length / 2, rebuiltAt: expect.any(String) });
    expect(await scores()).toEqual(before);
  });

  it('is made from nothing when Redis has forgotten it', async () => {
    const before = await scores();
    await redis.del('mg:board:{accuracy}', 'mg:board:{accuracy}:times', 'mg:board:{accuracy}:sequences');
    await rebuild('accuracy');
    expect(await scores()).toEqual(before);
  });

  it('must be a metric’s', async () => {
    const { data, errors } = await rebuild('no-metric');
    expect(data).toEqual({ rebuildLeaderboard: null });
    expect(errors).toMatchObject([
      {
        message: '"no-metric" is no metric of training runs, so there is nothing to make it from.',
        extensions: { code: 'BAD_USER_INPUT', argumentPath: ['board'] },
      },
    ]);
  });
});
