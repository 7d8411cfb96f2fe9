import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { createModelVersion } from '../../src/operations/create-model-version.ts';
import { deleteModel } from '../../src/operations/delete-model.ts';
import { deployModelVersion } from '../../src/operations/deploy-model-version.ts';
import { retireDeployment } from '../../src/operations/retire-deployment.ts';
import { type Prediction, servePrediction } from '../../src/operations/serve-predictions.ts';
import { setModelAlias } from '../../src/operations/set-model-alias.ts';
import { openFaultySocket, throughPort } from '../support/faulty-socket.ts';
import { type ModelServer, openModelServer } from '../support/model-server.ts';
import { openTestStores } from '../support/test-stores.ts';

type Gateway = Awaited<ReturnType<typeof openGateway>>;
type Link = Awaited<ReturnType<typeof openFaultySocket>>;

let stores: Awaited<ReturnType<typeof openTestStores>>;
let server: ModelServer;
let gateways: Gateway[];
/** Between the first gateway and Redis; none where Redis is in process. */
let link: Link | undefined;

beforeAll(async () => {
  [stores, server] = await Promise.all([openTestStores(), openModelServer()]);
  const { url } = stores.redis;
  link = url === undefined ? undefined : await openFaultySocket(Number(new URL(url).port));
  const open = (redisUrl: string) =>
    openGateway(
      readConfig({
        ...{ DATABASE_URL: stores.postgres.url, MONGODB_URI: stores.mongo.url, REDIS_URL: redisUrl },
        ...{ POSTGRES_DEADLINE_MS: '10000', MONGODB_DEADLINE_MS: '10000', REDIS_DEADLINE_MS: '2000' },
        INFERENCE_ENDPOINTS: server.url,
      }),
      {
        logger: pino({ level: 'silent' }),
        development: false,
        redisInProcess: stores.redis.client?.duplicate(),
      },
    );
  const through = url !== undefined && link ? throughPort(url, link.port) : 'redis://in-process';
  gateways = await Promise.all([through, url ?? 'redis://in-process', url ?? 'redis://in-process'].map(open));
  await makeModel('m');
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await link?.close();
  await Promise.all([stores.close(), server.close()]);
});
afterEach(() => {
  server.computed.length = 0;
  server.delayMs = 0;
});

const contextOf = (n: number) => {
  const { stores: own, serving } = gateways[n % gateways.length] as Gateway;
  return { stores: own, serving, actor: null };
};
const unwrap = <T extends object>(result: T) => {
  if ('problem' in result) throw new Error(JSON.stringify(result));
  return result as Exclude<T, { problem: unknown }>;
};

async function makeModel(modelName: string) {
  const deployments = [];
  for (const number of [1, 2]) {
    unwrap(await createModelVersion(contextOf(1), { modelName }));
    const ref = { number };
    const deployed = await deployModelVersion(contextOf(1), {
      ...{ modelName, ref, environment: 'PRODUCTION', trafficPercent: 50, endpoint: server.url },
    });
    deployments.push(unwrap(deployed).deployment.id);
  }
  unwrap(await setModelAlias(contextOf(1), { modelName, alias: 'live', version: 1 }));
  return deployments;
}

async function makeMoreVersions(modelName: string, count: number): Promise<number[]> {
  const versions = Array.from({ length: count }, (_, n) => n + 3);
  for (const number of versions) {
    unwrap(await createModelVersion(contextOf(1), { modelName }));
    const ref = { number };
    unwrap(
      await deployModelVersion(contextOf(1), {
        ...{ modelName, ref, environment: 'STAGING', trafficPercent: 1, endpoint: server.url },
      }),
    );
  }
  return versions;
}

const ask = async (n: number, modelName: string, features: number[], ref: object = { alias: 'live' }) =>
  (await servePrediction(contextOf(n), { modelName, ref, inputs: { features } })) as Prediction;

describe('several gateways', () => {
  it('compute what a thousand clients ask at once a single time', async () => {
    server.delayMs = 50;
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, n) => ask(1 + (n % 2), 'm', [1, 2])));
    expect(server.computed).toEqual(['m 1: 1,2']);
    const statuses = answers.map(({ cacheStatus }) => cacheStatus);
    expect(statuses.filter((status) => status === 'MISS')).toHaveLength(1);
    expect(
      statuses.filter((status) => status !== 'MISS' && status !== 'COALESCED' && status !== 'HIT'),
    ).toEqual([]);
    for (const { outputs } of answers) expect(outputs).toEqual(answers[0]?.outputs);
  });

  it('give no answer of the version before, once the move of an alias was answered', async () => {
    const versions = await makeMoreVersions('m', 8);
    /** Where the alias pointed, move by move; those up to `answered` were answered, and there may be one more under way. */
    const moves = [1];
    let answered = 0;
    let moving = true;
    let asked = 0;
    const stale: string[] = [];
    const clients = Array.from({ length: 6 }, async (_, client) => {
      for (let n = 0; moving; n += 1) {
        const from = answered;
        const { modelVersion, cacheStatus } = await ask(client, 'm', [n % 3, client % 2]);
        asked += 1;
        if (!moves.slice(from).includes(modelVersion))
          stale.push(`${cacheStatus} of ${modelVersion}, not of ${moves.slice(from)}`);
      }
    });
    for (let n = 0; n < 20; n += 1) {
      const version = versions[n % versions.length] ?? 1;
      moves.push(version);
      unwrap(await setModelAlias(contextOf(n), { modelName: 'm', alias: 'live', version }));
      answered = moves.length - 1;
      await new Promise((resolve) => setTimeout(resolve, 5 + (n % 4) * 10));
    }
    moving = false;
    await Promise.all(clients);
    expect(stale).toEqual([]);
    expect(asked).toBeGreaterThan(200);
  });

  it('give no answer of a model that was deleted, nor its answers for another of the same name', async () => {
    const deployments = await makeModel('again');
    const first = await ask(0, 'again', [4, 4]);
    expect(await ask(1, 'again', [4, 4])).toMatchObject({ cacheStatus: 'HIT', outputs: first.outputs });
    for (const deploymentId of deployments) unwrap(await retireDeployment(contextOf(2), { deploymentId }));
    for (const n of [0, 1, 2])
      expect(await ask(n, 'again', [4, 4])).toMatchObject({ problem: 'NotFoundError', entity: 'Deployment' });
    unwrap(await deleteModel(contextOf(2), { name: 'again' }));
    for (const n of [0, 1, 2])
      expect(await ask(n, 'again', [4, 4])).toMatchObject({ problem: 'NotFoundError', entity: 'ModelInfo' });
    await makeModel('again');
    server.computed.length = 0;
    for (const n of [0, 1, 2]) expect(await ask(n, 'again', [4, 4])).toMatchObject({ modelVersion: 1 });
    expect(server.computed).toEqual(['again 1: 4,4']);
  });

  it('send a subject always to the same version, and all subjects by the shares of the traffic', async () => {
    const versionFor = async (n: number, subject: string) =>
      unwrap(
        (await servePrediction(contextOf(n), {
          modelName: 'm',
          subject,
          inputs: { features: [9, 9] },
        })) as Prediction,
      ).modelVersion;
    const subjects = Array.from({ length: 200 }, (_, n) => `subject ${n}`);
    const [here, there] = await Promise.all(
      [0, 1].map((n) => Promise.all(subjects.map((subject) => versionFor(n, subject)))),
    );
    expect(here).toEqual(there);
    const ofFirst = here?.filter((version) => version === 1).length ?? 0;
    expect(ofFirst).toBeGreaterThan(60);
    expect(ofFirst).toBeLessThan(140);
  });
});

describe('what fails', () => {
  it('never fills the cache, is told as it is, and the next call is computed', async () => {
    unwrap(await createModelVersion(contextOf(1), { modelName: 'failing' }));
    const deploy = async (endpoint: string) =>
      unwrap(
        await deployModelVersion(contextOf(1), {
          ...{ modelName: 'failing', ref: { number: 1 }, environment: 'PRODUCTION', endpoint },
        }),
      );
    // Nobody listens there, and it is allowed.
    await deploy(`${server.url}/elsewhere`);
    for (const n of [0, 1])
      expect(await ask(n, 'failing', [1, 1], { number: 1 })).toMatchObject({ problem: 'UpstreamError' });
    await deploy(server.url);
    expect(await ask(0, 'failing', [1, 1], { number: 1 })).toMatchObject({ cacheStatus: 'MISS' });
    expect(await ask(1, 'failing', [1, 1], { number: 1 })).toMatchObject({ cacheStatus: 'HIT' });
  });

  it.skipIf(false)(
    'a Redis that is away: everything is computed, and says so, until it is back',
    async ({ skip }) => {
      if (!link) return skip('Redis is in process');
      await ask(0, 'm', [5, 5]);
      link.kill();
      // For a moment it still answers by what it asked Redis just before.
      await new Promise((resolve) => setTimeout(resolve, 60));
      server.computed.length = 0;
      for (const _ of [1, 2, 3])
        expect(await ask(0, 'm', [5, 5])).toMatchObject({ cacheStatus: 'UNAVAILABLE', leftMs: 0 });
      expect(server.computed).toHaveLength(3);
      expect(await ask(1, 'm', [5, 5])).toMatchObject({ cacheStatus: 'HIT' });
      link.revive();
      await expect.poll(async () => (await ask(0, 'm', [5, 5])).cacheStatus, { timeout: 15_000 }).toBe('HIT');
    },
  );
});
