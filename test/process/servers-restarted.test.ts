import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/seed/train/random.ts';
import { type Acknowledged, startClients } from '../crash/clients.ts';
import { type Urls, verify } from '../crash/verify.ts';
import { redisServer } from '../support/engines.ts';
import { openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import {
  openRestartablePostgres,
  openRestartableRedis,
  type RestartableServer,
} from '../support/restartable-servers.ts';
import { openTestMongo } from '../support/test-stores.ts';

let postgres: RestartableServer;
let redis: RestartableServer | undefined;
let mongo: Pick<RestartableServer, 'kill' | 'startAgain' | 'close'>;
let urls: Omit<Urls, 'REDIS_URL'> & Partial<Urls>;
let gateway: GatewayProcess;

beforeAll(async () => {
  const [behind, ...keeping] = await Promise.all([
    openTestMongo(),
    openRestartablePostgres(),
    redisServer ? openRestartableRedis(redisServer) : undefined,
  ]);
  [postgres, redis] = keeping;
  const socket = await openFaultySocket(Number(new URL(behind.url).port));
  // Its documents live in a thread of this process and would die with it, so its connections die instead.
  mongo = {
    kill: async () => socket.kill(),
    startAgain: async () => socket.revive(),
    close: () => Promise.all([socket.close(), behind.close()]).then(() => {}),
  };
  urls = {
    DATABASE_URL: postgres.url,
    MONGODB_URI: behind.url,
    ...(redis && { REDIS_URL: redis.url }),
  };
  gateway = await startGateway({
    // Without a redis-server nobody is there, which keeps no run from being registered.
    ...{ REDIS_URL: 'redis://127.0.0.1:1', ...urls },
    MONGODB_URI: throughPort(behind.url, socket.port),
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([postgres.close(), mongo.close(), redis?.close()]);
});

const acknowledged: Acknowledged[] = [];
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills it under load and starts it again, at moments that follow from the seed, and compares the stores each time. */
async function restart(server: Pick<RestartableServer, 'kill' | 'startAgain'>, times: number, seed: number) {
  const random = randomFrom(seed);
  for (let n = 1; n <= times; n += 1) {
    const clients = startClients(4);
    clients.url = gateway.url;
    await sleep(200 + random() * 500);
    await server.kill();
    await sleep(random() * 300);
    await server.startAgain();
    await sleep(random() * 300);
    await clients.stop();
    expect(clients.acknowledged.length).toBeGreaterThan(4);
    acknowledged.push(...clients.acknowledged);
    expect(await verify(urls, acknowledged), `after restart ${n} of seed ${seed}`).toEqual([]);
  }
}

describe('a gateway under load, whose stores are killed by pid and started again on what they kept', () => {
  it('has every run that it answered once and in order after PostgreSQL was', () => restart(postgres, 3, 1));

  it('has them after MongoDB was cut off', () => restart(mongo, 3, 2));

  it.skipIf(!redisServer)(
    'has them, and the boards of Redis, after the redis-server on the PATH here was',
    () => restart(redis as RestartableServer, 3, 3),
  );
});
