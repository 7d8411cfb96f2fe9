import { graphql } from 'graphql';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { ModelGraphError } from './errors.ts';
import type { Health } from './graphql/context.ts';
import { contextFactory } from './graphql/create-context.ts';
import { schema } from './graphql/schema.ts';
import { createHandler } from './http/create-handler.ts';
import { openInference } from './inference/open-inference.ts';
import { openRelay } from './replication/relay.ts';
import { openSummaries } from './replication/summaries.ts';
import { openServing } from './serving/open-serving.ts';
import { type Store, storeTitles } from './store-name.ts';
import { openStores } from './stores/open-stores.ts';
import type { RedisClient } from './stores/redis/client.ts';

interface GatewayOptions {
  readonly logger: Logger;
  /** GraphiQL, and `extensions.stores` without asking. */
  readonly development: boolean;
  /** Stands in for a Redis server. */
  readonly redisInProcess?: RedisClient | undefined;
}

const prepareAgainMs = 5_000;

/** Config → gateway: the only place that joins the floors. Starts whatever stores are down, and says which. */
export async function openGateway(config: Config, { logger, development, redisInProcess }: GatewayOptions) {
  const stores = openStores(config, redisInProcess);
  let draining = false;
  let again: NodeJS.Timeout | undefined;

  const health = async (): Promise<Health> => {
    const each = await Promise.all([stores.postgres.health(), stores.mongo.health(), stores.redis.health()]);
    return { ready: !draining && each.some(({ state }) => state === 'OK'), stores: each };
  };

  const prepare = async (store: Store, run: () => Promise<unknown>): Promise<Store | undefined> => {
    try {
      await run();
      return undefined;
    } catch (error) {
      const { message, cause } =
        error instanceof ModelGraphError ? error : { message: String(error), cause: error };
      const reason = cause instanceof Error ? cause.message : undefined;
      logger.warn(
        { store, reason },
        `${message} Starting without ${storeTitles[store]}: answers that need it say so.`,
      );
      return store;
    }
  };
  const preparations: Record<Store, () => Promise<unknown>> = {
    POSTGRES: stores.postgres.prepare,
    MONGODB: stores.mongo.prepare,
    REDIS: stores.redis.prepare,
  };
  const prepareAll = async (wanted: readonly Store[]): Promise<void> => {
    const failed = (await Promise.all(wanted.map((store) => prepare(store, preparations[store])))).filter(
      (store) => store !== undefined,
    );
    if (failed.length > 0 && !draining)
      again = setTimeout(() => void prepareAll(failed), prepareAgainMs).unref();
  };
  await prepareAll(['POSTGRES', 'MONGODB', 'REDIS']);

  const relay = openRelay(stores, logger);
  const summaries = openSummaries(stores.postgres, logger);
  const inference = openInference(config.inference);
  const serving = openServing({
    stores,
    backEndOf: inference.at,
    inferenceDeadlineMs: config.inference.deadlineMs,
    firstTierBytes: config.predictionCacheBytes,
  });
  const createContext = contextFactory({ stores, serving, health, cursorSecret: config.cursorSecret });
  const handler = createHandler({
    ...{ config, schema, createContext, health, logger, development },
    consumeLimit: stores.redis.limits.consume,
  });
  return {
    handler,
    health,
    stores,
    serving,
    /** Answers GraphQL without HTTP: values as they are, and errors with their causes. */
    execute: (source: string, variableValues: Record<string, unknown> | undefined, actor: string | null) =>
      graphql({ schema, source, variableValues, contextValue: createContext({}, actor) }),
    /** From now on not ready: load balancers stop sending before connections are refused. */
    startDraining: () => {
      draining = true;
    },
    async close() {
      draining = true;
      clearTimeout(again);
      await handler.dispose();
      await Promise.all([relay.close(), summaries.close(), serving.close(), inference.close()]);
      await Promise.all([stores.postgres.close(), stores.mongo.close(), stores.redis.close()]);
    },
  };
}
