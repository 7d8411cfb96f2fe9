import { fileURLToPath } from 'node:url';
import { type Environment, readConfig } from '../config.ts';
import type { EmbeddedStores } from '../embedded/open-embedded.ts';
import { openGateway } from '../gateway.ts';
import { demoArtifacts } from '../seed/read-demo.ts';
import { seedDemo } from '../seed/seed-stores.ts';
import type { Stores } from '../stores/open-stores.ts';
import { createLogger } from './create-logger.ts';
import { runGateway } from './run-gateway.ts';

/** The gateway on stores that are up: says which they are, fills the embedded ones, and answers. */
export async function runDev(environment: Environment, embedded: EmbeddedStores): Promise<void> {
  const { postgres, mongo, redis } = embedded;
  const config = readConfig({
    ...environment,
    // What the demo's deployments compute.
    INFERENCE_ONNX_DIR: environment.INFERENCE_ONNX_DIR || fileURLToPath(demoArtifacts),
    ...(postgres && { DATABASE_URL: postgres.url }),
    ...(mongo && { MONGODB_URI: mongo.url }),
    ...(redis?.url && { REDIS_URL: redis.url }),
  });
  banner('PostgreSQL', postgres, 'DATABASE_URL');
  banner('MongoDB', mongo, 'MONGODB_URI');
  banner('Redis', redis, 'REDIS_URL');
  const logger = await createLogger(config.logLevel, true);
  const gateway = await openGateway(config, { logger, development: true, redisInProcess: redis?.client });
  await seedEmbedded(embedded, gateway.stores);
  const url = await runGateway(gateway, config, () => embedded.close());
  console.log(`ModelGraph ready at ${url}`);
}

/** Only what is embedded gets the demo data: nobody's own store is written to unasked. */
async function seedEmbedded(embedded: EmbeddedStores, stores: Stores): Promise<void> {
  const { postgres, mongo, redis } = embedded;
  if (!postgres && !mongo && !redis) return;
  const { models, runs } = await seedDemo({
    postgres: postgres && stores.postgres,
    mongo: mongo && stores.mongo,
    redis: redis && stores.redis,
  });
  console.log(
    `  demo data   ${models} models and ${runs} training runs in the embedded stores, which keep nothing after exit`,
  );
}

function banner(
  title: string,
  embedded: { server: string; url?: string } | undefined,
  variable: string,
): void {
  const what = embedded
    ? `${embedded.server}, embedded, ${embedded.url ?? 'in process'}`
    : `the one of ${variable}`;
  console.log(`  ${title.padEnd(12)}${what}`);
}
