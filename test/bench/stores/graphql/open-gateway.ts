import postgres from 'postgres';
import { type Config, patient } from '../../../../src/config.ts';
import { encodeNodeId } from '../../../../src/graphql/node-id.ts';
import { generatedDatasets, generateModels } from '../../../../src/seed/generate-models.ts';
import { toRows } from '../../../../src/seed/to-rows.ts';
import type { Store } from '../../../../src/store-name.ts';
import { openStores, type Stores } from '../../../../src/stores/open-stores.ts';
import { readyUrl, runCli } from '../../../support/cli.ts';
import { openGraphQLClient } from '../../../support/graphql-client.ts';
import { bind, gatewayOperations, type Operations } from '../operations.ts';
import { type StoreId, storeIds } from '../results.ts';
import { Failure } from '../store-bench.ts';
import { featureView, type GatewayRuns, modelName } from './runs.ts';

interface Options {
  /** URLs of the comparison's own databases. */
  readonly config: Config;
  /** Those that can be filled. */
  readonly alive: ReadonlySet<StoreId>;
  readonly size: number;
  readonly callers: number;
  readonly signal: AbortSignal;
}

/** A gateway in a process of its own, over so many generated models with one run each. */
export interface OpenGateway {
  readonly operations: Readonly<Record<StoreId, Operations>>;
  /** Waits until MongoDB and Redis have been told of what was written, which would slow down what is measured next. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Rejects when a store fails while it is filled, or when the gateway does not start. */
export async function openGateway({ config, alive, size, callers, signal }: Options): Promise<OpenGateway> {
  const stores = openStores(patient(config));
  let runIds: string[];
  try {
    for (const store of storeIds) if (alive.has(store)) await stores[store].prepare();
    runIds = await seed(stores, { alive, size, signal });
  } finally {
    await Promise.all(storeIds.map((store) => stores[store].close()));
  }
  const cli = runCli(['start'], environmentOf(config));
  const client = openGraphQLClient(await readyUrl(cli), callers);
  const sql = postgres(config.postgres.url, { max: 1, onnotice: () => {}, fetch_types: false });
  const runs: GatewayRuns = {
    size,
    runIds,
    async ask(query, variables) {
      const { data, errors } = await client.ask(query, variables).catch(() => {
        throw new Failure('the gateway is gone');
      });
      if (errors?.[0]) throw new Failure(errors[0].message);
      return data;
    },
  };
  return {
    operations: {
      postgres: bind(gatewayOperations.postgres, runs),
      mongo: bind(gatewayOperations.mongo, runs),
      redis: bind(gatewayOperations.redis, runs),
    },
    settle: async () => {
      if (alive.has('postgres'))
        await drained(
          sql,
          [...alive].map((store) => outboxNames[store]),
          signal,
        );
    },
    async close() {
      client.close();
      cli.process.kill('SIGTERM');
      await Promise.all([cli.exit(), sql.end({ timeout: 1 })]);
    },
  };
}

/** None of the caller's own settings but pools: no limits, no keys, and as much patience as the clients have here. */
function environmentOf({ postgres, mongo, redis }: Config): Record<string, string> {
  return {
    PORT: '0',
    LOG_LEVEL: 'info',
    DATABASE_URL: postgres.url,
    MONGODB_URI: mongo.url,
    REDIS_URL: redis.url,
    POSTGRES_POOL_MAX: String(postgres.poolMax),
    MONGODB_POOL_MAX: String(mongo.poolMax),
    POSTGRES_DEADLINE_MS: '30000',
    MONGODB_DEADLINE_MS: '30000',
    REDIS_DEADLINE_MS: '30000',
    RATE_LIMIT_POINTS: '0',
    API_KEYS: '',
    TRUSTED_PROXIES: '0',
  };
}

const modelsPerChunk = 500;

/** As `npm run seed` does it; besides, the copies of models that a relay would make, and features. Returns the runs' ids. */
async function seed(
  stores: Stores,
  { alive, size, signal }: Pick<Options, 'alive' | 'size' | 'signal'>,
): Promise<string[]> {
  const runIds: string[] = [];
  for (let from = 0; from < size; from += modelsPerChunk) {
    signal.throwIfAborted();
    const to = Math.min(from + modelsPerChunk, size);
    const models = generateModels({ models: size, runsPerModel: 1 }, from, to);
    const rows = toRows({ datasets: from === 0 ? generatedDatasets : [], models });
    runIds.push(...rows.registry.trainingRuns.map(({ id }) => encodeNodeId('TrainingRun', id)));
    if (alive.has('postgres')) await stores.postgres.bulk.write(rows.registry);
    if (alive.has('mongo')) {
      await stores.mongo.bulk.write(rows.configs);
      await stores.mongo.copies.writeModels(models.map(toCopy));
    }
    if (alive.has('redis')) {
      await stores.redis.bulk.write(rows.serving);
      const eventMicroseconds = Date.now() * 1_000;
      const features = models.map((_, n) => ({ entity: modelName(from + n), eventMicroseconds, values }));
      const batch = { view: featureView, ttlSeconds: 86_400, rows: features };
      await stores.redis.writeFeatures({ operation: 'putFeatures' }, batch);
    }
  }
  return runIds;
}

const values = [
  ['score', '0.5'],
  ['visits', '12'],
  ['segment', '"returning"'],
] as const;

function toCopy({ name, description, tags, createdAt, config }: ReturnType<typeof generateModels>[number]) {
  const { framework } = config;
  const moments = { createdAt, updatedAt: createdAt };
  const lists = { aliases: [], frameworks: [framework], metrics: [], environments: [] };
  return { id: name, sequence: '0', model: { description, tags, ...moments, latestVersion: 1, ...lists } };
}

const outboxNames = { postgres: 'POSTGRES', mongo: 'MONGODB', redis: 'REDIS' } satisfies Record<
  StoreId,
  Store
>;

/** A store that is away is told when it is back, so nobody waits for it. */
async function drained(sql: postgres.Sql, stores: readonly Store[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const pending = await sql`
      select from outbox where applied_at is null and dead_at is null and store in ${sql(stores)} limit 1`;
    if (pending.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
