import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { createModelVersion } from '../../src/operations/create-model-version.ts';
import { deployModelVersion } from '../../src/operations/deploy-model-version.ts';
import { putFeatures } from '../../src/operations/put-features.ts';
import { type Prediction, servePredictions } from '../../src/operations/serve-predictions.ts';
import { demoArtifacts } from '../../src/seed/read-demo.ts';
import { seedDemo } from '../../src/seed/seed-stores.ts';
import { featuresOf } from '../../src/stores/redis/features.ts';
import { compile } from '../support/compile.ts';
import { compiledFolder } from '../support/compiled.ts';
import { startGateway } from '../support/gateway-process.ts';
import { openModelServer } from '../support/model-server.ts';
import { openOwnStores } from '../support/own-stores.ts';
import { atRate, p50AndP99, percentile } from './pace.ts';

const modelName = 'iris-logistic';
const distinct = 1_000;
const rounds = 3_000;

const [stores, slow] = await Promise.all([openOwnStores(), openModelServer()]);
const environment = {
  ...stores.environment,
  INFERENCE_ENDPOINTS: slow.url,
  INFERENCE_ONNX_DIR: fileURLToPath(demoArtifacts),
  POSTGRES_DEADLINE_MS: '10000',
};
const open = (more: object) =>
  openGateway(readConfig({ ...environment, ...more }), {
    logger: pino({ level: 'silent' }),
    development: false,
  });
const gateway = await open({});
await seedDemo(gateway.stores);
const [deployment] = await servers();
const ref = { number: deployment?.version ?? 1 };
const input = (n: number) => ({
  modelName,
  ref,
  inputs: { features: [5 + n / distinct, 3.5, 1.4, 0.2] },
  ttlSeconds: 3_600,
});

async function servers(): Promise<{ version: number }[]> {
  const { data } = await gateway.execute(
    `{ model(by: { name: "${modelName}" }) { deployments(first: 5) { nodes { endpoint status version { version } } } } }`,
    undefined,
    null,
  );
  // biome-ignore lint/suspicious/noExplicitAny: it is what was asked.
  const { nodes } = (data as any).model.deployments;
  return nodes
    .filter((node: { endpoint: string | null; status: string }) => node.endpoint && node.status === 'ACTIVE')
    .map((node: { version: { version: number } }) => node.version);
}

const show = (what: string, figure: string) => console.log(`  ${what.padEnd(76)}${figure}`);
const contextOf = ({ stores: own, serving }: Awaited<ReturnType<typeof open>>) => ({
  stores: own,
  serving,
  actor: null,
});

/** How long each of many calls takes, one after another. */
async function timesOf(count: number, call: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await call(n);
    times.push(performance.now() - startedAt);
  }
  return times;
}

async function expectStatus(
  context: ReturnType<typeof contextOf>,
  inputs: readonly ReturnType<typeof input>[],
  status: string,
) {
  for (const result of await servePredictions(context, inputs)) {
    const prediction = result.status === 'fulfilled' ? (result.value as Prediction) : undefined;
    if (prediction?.cacheStatus !== status) throw new Error(`Not a ${status}: ${JSON.stringify(result)}`);
  }
}

console.log(
  `Predictions of the demo, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node.js ${process.version}`,
);
const here = contextOf(gateway);
const bypass = await timesOf(rounds, (n) =>
  servePredictions(here, [{ ...input(n % distinct), cache: 'BYPASS' as const }]),
);
show('computed from its ONNX file, past the cache, p50 / p99', p50AndP99(bypass));
for (let n = 0; n < distinct; n += 100)
  await servePredictions(
    here,
    Array.from({ length: 100 }, (_, i) => input(n + i)),
  );

const first = await timesOf(rounds, () => expectStatus(here, [input(0)], 'HIT'));
show(
  'a hit in this process, p50 / p99 (each 50 ms one asks Redis)',
  `${percentile(first, 0.5).toFixed(3)} / ${percentile(first, 0.99).toFixed(3)} ms`,
);

// Nothing fits into its own memory: all hits come from Redis.
const second = await open({ PREDICTION_CACHE_BYTES: '1' });
const there = contextOf(second);
await timesOf(rounds, (n) => servePredictions(there, [input(n % distinct)]));
show(
  'a hit from Redis, one at a time, p50 / p99',
  p50AndP99(await timesOf(rounds, (n) => expectStatus(there, [input(n % distinct)], 'HIT'))),
);
const bare = new Redis(environment.REDIS_URL);
await bare.set('bench:bare', 'x'.repeat(100));
show('  a bare GET by the driver, p50 / p99', p50AndP99(await timesOf(rounds, () => bare.get('bench:bare'))));
const hundred = Array.from({ length: 100 }, (_, n) => input(n));
show(
  '100 hits from Redis in one call, p50 / p99',
  p50AndP99(await timesOf(300, () => expectStatus(there, hundred, 'HIT'))),
);

slow.delayMs = 50;
await createModelVersion(there, { modelName: 'slow' });
await deployModelVersion(there, {
  ...{ modelName: 'slow', ref: { number: 1 }, environment: 'PRODUCTION', endpoint: slow.url },
});
const toSlow = (n: number) => ({
  modelName: 'slow',
  ref: { number: 1 },
  inputs: { features: [n] },
  ttlSeconds: 3_600,
});
show(
  'a miss at a server that takes 50 ms, p50 / p99',
  p50AndP99(await timesOf(100, (n) => expectStatus(there, [toSlow(n)], 'MISS'))),
);
show(
  '  given again from Redis',
  p50AndP99(await timesOf(100, (n) => expectStatus(there, [toSlow(n)], 'HIT'))),
);

const names = Array.from({ length: 20 }, (_, n) => `f${n}`);
const entities = Array.from({ length: 1_000 }, (_, n) => `entity ${n}`);
const eventTimestamp = new Date().toISOString();
for (let n = 0; n < 1_000; n += 100)
  await putFeatures(here, {
    view: 'bench',
    ttlSeconds: 3_600,
    rows: entities.slice(n, n + 100).map((entity) => ({
      entity,
      eventTimestamp,
      values: Object.fromEntries(names.map((name, i) => [name, i / 7])),
    })),
  });
const asks = entities.map((entity) => featuresOf('bench', entity, names));
show(
  '20 features of each of 1,000 entities, at the store, p50 / p99',
  p50AndP99(await timesOf(100, () => gateway.stores.redis.read(asks))),
);
const fields = [...names.map((name) => `v:${name}`), 'ttl'];
show(
  '  a bare pipeline of the driver, which decodes nothing, p50 / p99',
  p50AndP99(
    await timesOf(100, async () => {
      const pipeline = bare.pipeline();
      for (const entity of entities) pipeline.hmget(`mg:feat:{bench:${entity}}`, ...fields);
      await pipeline.exec();
    }),
  ),
);
bare.disconnect();
await Promise.all([gateway.close(), second.close(), slow.close()]);

// As `npm start` starts it, not through tsx.
const program = await compile();
process.env[compiledFolder] = program.folder;
const served = await startGateway({ ...environment, PREDICTION_CACHE_BYTES: '1' }, 64);
const text = `mutation ($input: PredictionInput!) { servePrediction(input: $input) { ... on Prediction { cacheStatus latencyMs } } }`;
// Until its code is compiled as it will stay.
for (let n = 0; n < 20_000; n += 64)
  await Promise.all(
    Array.from({ length: 64 }, (_, i) => served.ask(text, { input: input((n + i) % distinct) })),
  );
for (const perSecond of [200, 400]) {
  const inside: number[] = [];
  const outside: number[] = [];
  const startedAt = performance.now();
  await atRate(
    perSecond,
    () => performance.now() - startedAt > 16_000,
    async (n) => {
      const askedAt = performance.now();
      const { data } = await served.ask(text, { input: input(n % distinct) });
      if (askedAt - startedAt < 8_000) return;
      if (data.servePrediction.cacheStatus !== 'HIT') throw new Error(JSON.stringify(data));
      outside.push(performance.now() - askedAt);
      inside.push(data.servePrediction.latencyMs);
    },
  );
  show(`a hit from Redis over HTTP at ${perSecond}/s, inside the gateway, p50 / p99`, p50AndP99(inside));
  show('  until the client has it', p50AndP99(outside));
}
await served.stop();
await Promise.all([stores.close(), program.remove()]);
