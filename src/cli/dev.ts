import { ConfigError, missingStoreUrls, readConfig } from '../config.ts';
import type { EmbeddedStores } from '../embedded/open-embedded.ts';
import { openGateway } from '../gateway.ts';
import { seedDemo } from '../seed/seed-stores.ts';
import type { Stores } from '../stores/open-stores.ts';
import { createLogger } from './create-logger.ts';
import { readEnvironment } from './environment.ts';
import { runGateway } from './run-gateway.ts';

// Stand-ins while the environment is checked: no server need start to find a fault in it.
const placeholders = {
  DATABASE_URL: 'postgres://embedded',
  MONGODB_URI: 'mongodb://embedded',
  REDIS_URL: 'redis://embedded',
};

/** `npm run dev`: embedded stores for those without a URL, demo data in them, GraphiQL. */
export async function dev(): Promise<void> {
  const environment = readEnvironment();
  const missing = missingStoreUrls(environment);
  const embeddedUrls = Object.fromEntries(missing.map((name) => [name, placeholders[name]]));
  readConfig({ ...environment, ...embeddedUrls });
  if (environment.NODE_ENV === 'production' && missing.length > 0) {
    throw new ConfigError(
      missing.map(
        (name) => `${name}: not set, and embedded stores are not for production; set it, or unset NODE_ENV.`,
      ),
    );
  }
  const { openEmbedded } = await import('../embedded/open-embedded.ts');
  const embedded = await openEmbedded(missing);
  try {
    await run(environment, embedded);
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

async function run(environment: Record<string, string | undefined>, embedded: EmbeddedStores): Promise<void> {
  const { postgres, mongo, redis } = embedded;
  const config = readConfig({
    ...environment,
    ...(postgres && { DATABASE_URL: postgres.url }),
    ...(mongo && { MONGODB_URI: mongo.url }),
    ...(redis && { REDIS_URL: redis.url ?? placeholders.REDIS_URL }),
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
