import { pino } from 'pino';
import { type Environment, readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { seedDemo } from '../../src/seed/seed-stores.ts';
import { onStoreCall, type StoreCall } from '../../src/store-calls.ts';
import { openTestStores } from './test-stores.ts';

export interface GraphQLAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked.
  data?: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions?: { stores?: { store: string; calls: number; keys: number; ms: number }[] };
}

interface TestGatewayOptions {
  /** Variables that replace those of the test stores. */
  readonly environment?: Environment;
  readonly demo?: boolean;
  readonly development?: boolean;
}

/** A gateway in process on stores of its own, with the demo data unless `demo` is false. */
export async function openTestGateway({ environment = {}, demo = true, development = true }: TestGatewayOptions = {}) {
  const embedded = await openTestStores();
  const urls = {
    DATABASE_URL: embedded.postgres.url,
    MONGODB_URI: embedded.mongo.url,
    REDIS_URL: embedded.redis.url ?? 'redis://in-process',
  };
  const options = { logger: pino({ level: 'silent' }), development };
  // Filled past the faults that a test puts in between.
  if (demo) {
    const direct = await openGateway(readConfig(urls), { ...options, redisInProcess: embedded.redis.client?.duplicate() });
    await seedDemo(direct.stores);
    await direct.close();
  }
  const config = readConfig({ ...urls, ...environment });
  const gateway = await openGateway(config, { ...options, redisInProcess: embedded.redis.client });
  const fetch = (path: string, init?: RequestInit) => gateway.handler.fetch(`http://localhost${path}`, init);
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

/** The store calls that `run` makes, whoever asked for them. */
export async function storeCallsOf(run: () => Promise<unknown>): Promise<StoreCall[]> {
  const calls: StoreCall[] = [];
  const stop = onStoreCall((call) => calls.push(call));
  await run().finally(stop);
  return calls;
}
