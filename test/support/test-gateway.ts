import { pino } from 'pino';
import { type Environment, readConfig, type StoreUrl } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { seedDemo, seedGenerated } from '../../src/seed/seed-stores.ts';
import { onStoreCall, type StoreCall } from '../../src/store-calls.ts';
import { openTestStores } from './test-stores.ts';

const seeding = { ifNotEmpty: 'refuse', onProgress: () => {}, signal: new AbortController().signal } as const;

export interface GraphQLAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked.
  data?: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions?: { stores?: { store: string; calls: number; keys: number; ms: number }[] };
}

interface TestGatewayOptions {
  /** Variables that replace those of the test stores. */
  readonly environment?: Environment | ((urls: Record<StoreUrl, string>) => Promise<Environment>);
  /** What the stores hold: 120 generated models with 3 runs each, the demo data, or nothing. */
  readonly data?: 'generated' | 'demo' | 'nothing';
  readonly development?: boolean;
}

// A machine busy with other tests is no reason for a timeout; tests about deadlines set their own.
const patience = {
  POSTGRES_DEADLINE_MS: '5000',
  MONGODB_DEADLINE_MS: '5000',
  REDIS_DEADLINE_MS: '5000',
};

export const generatedSize = { models: 120, runsPerModel: 3 };

/** A gateway in process on stores of its own. */
export async function openTestGateway({
  environment = {},
  data = 'generated',
  development = true,
}: TestGatewayOptions = {}) {
  const embedded = await openTestStores();
  const urls = {
    DATABASE_URL: embedded.postgres.url,
    MONGODB_URI: embedded.mongo.url,
    REDIS_URL: embedded.redis.url ?? 'redis://in-process',
  };
  const options = { logger: pino({ level: 'silent' }), development };
  // Filled past the faults that a test puts in between.
  const direct = await openGateway(readConfig({ ...urls, ...patience }), {
    ...options,
    redisInProcess: embedded.redis.client?.duplicate(),
  });
  if (data === 'demo') await seedDemo(direct.stores);
  if (data === 'generated') await seedGenerated(direct.stores, { ...seeding, size: generatedSize });
  await direct.close();
  const config = readConfig({
    ...urls,
    ...patience,
    ...(typeof environment === 'function' ? await environment(urls) : environment),
  });
  const gateway = await openGateway(config, { ...options, redisInProcess: embedded.redis.client });
  const fetch = (path: string, init: RequestInit = {}) =>
    gateway.handler.fetch(`http://localhost${path}`, init);
  return {
    ...gateway,
    embedded,
    fetch,
    async query(query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer> {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphQLAnswer;
    },
    async close() {
      await gateway.close();
      await embedded.close();
    },
  };
}

export type TestGateway = Awaited<ReturnType<typeof openTestGateway>>;

/** The store calls that are made for requests while `run` runs; what the relay does in between is nobody's request. */
export async function storeCallsOf(run: () => Promise<unknown>): Promise<StoreCall[]> {
  const calls: StoreCall[] = [];
  const stop = onStoreCall((call) => {
    if (call.requests.length > 0) calls.push(call);
  });
  await run().finally(stop);
  return calls;
}
