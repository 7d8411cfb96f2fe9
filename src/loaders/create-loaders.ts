import type { Stores } from '../stores/open-stores.ts';
import { aliasLoaders } from './aliases.ts';
import { artifactLoaders } from './artifacts.ts';
import { configLoaders } from './configs.ts';
import { datasetLoaders } from './datasets.ts';
import { deploymentLoaders } from './deployments.ts';
import { eventLoaders } from './events.ts';
import { featureLoaders } from './features.ts';
import { integrityLoaders } from './integrity.ts';
import { leaderboardLoaders } from './leaderboards.ts';
import { lineageLoaders } from './lineage.ts';
import { modelCopyLoaders } from './model-copies.ts';
import { modelLoaders } from './models.ts';
import { postgresAsker } from './postgres-asker.ts';
import { predictionLoaders } from './predictions.ts';
import { redisAsker } from './redis-asker.ts';
import { replicationLoaders } from './replication.ts';
import { runLoaders } from './runs.ts';
import { servingLoaders } from './serving.ts';
import { versionLoaders } from './versions.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** One request's view of the stores: what is asked in one tick goes to each store in one call, and is asked once. */
export function createLoaders(stores: Stores, request: object) {
  const asker = postgresAsker(stores.postgres, request);
  const configs = configLoaders(stores.mongo, request);
  const models = modelLoaders(asker, configs);
  const modelCopies = modelCopyLoaders(stores.mongo, configs, request);
  const redis = redisAsker(stores.redis.read, request);
  const integrity = integrityLoaders(asker, redis, stores, request);
  return {
    models,
    modelCopies,
    predictions: predictionLoaders(redis, models.byName),
    versions: versionLoaders(asker),
    aliases: aliasLoaders(asker),
    replication: replicationLoaders(asker),
    runs: runLoaders(asker),
    datasets: datasetLoaders(asker),
    artifacts: artifactLoaders(asker),
    deployments: deploymentLoaders(asker),
    events: eventLoaders(asker),
    lineage: lineageLoaders(asker),
    configs,
    serving: servingLoaders(redis),
    integrity,
    features: featureLoaders(redis),
    leaderboards: leaderboardLoaders(redis),
    /** After a write: what was read before is asked anew. */
    forget() {
      for (const { forget } of [asker, configs, modelCopies, redis, integrity]) forget();
    },
  };
}
