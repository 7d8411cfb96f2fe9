import { pino } from 'pino';
import { type Environment, readConfig } from './config.ts';
import { openGateway } from './gateway.ts';
import { createDataset } from './operations/create-dataset.ts';
import { createModelVersion } from './operations/create-model-version.ts';
import { deleteModel } from './operations/delete-model.ts';
import { deployModelVersion } from './operations/deploy-model-version.ts';
import { logMetrics } from './operations/log-metrics.ts';
import { isProblem } from './operations/operation.ts';
import { putFeatures } from './operations/put-features.ts';
import { putModelConfig } from './operations/put-model-config.ts';
import { registerTrainingRun } from './operations/register-training-runs.ts';
import { retireDeployment } from './operations/retire-deployment.ts';
import { type ServingContext, servePrediction } from './operations/serve-predictions.ts';
import { setModelAlias } from './operations/set-model-alias.ts';
import { updateLeaderboard } from './operations/update-leaderboard.ts';
import { updateModelMetrics } from './operations/update-model-metrics.ts';
import { updateTrainingRun } from './operations/update-training-run.ts';
import { type Problem, Refusal } from './problems.ts';

interface ScriptOptions {
  /** Who is named in the audit. */
  readonly actor?: string;
}

/**
 * ModelGraph without HTTP, for scripts: the stores of DATABASE_URL, MONGODB_URI and REDIS_URL, brought up to date as the
 * gateway does. Each write takes its mutation's input and resolves with its success; it rejects with an error whose
 * `problem` says why nothing was written, or whose `code` says which store failed and how. Fails with ConfigError.
 */
export async function openModelGraph(environment: Environment = process.env, options: ScriptOptions = {}) {
  const { actor = null } = options;
  // Standard output is the script's own.
  const logger = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
  const gateway = await openGateway(readConfig(environment), { logger, development: false });
  const { stores, serving } = gateway;
  const bind =
    <Input, Success>(operation: (context: ServingContext, input: Input) => Promise<Success | Problem>) =>
    async (input: Input): Promise<Success> => {
      const result = await operation({ stores, serving, actor }, input);
      if (isProblem(result)) throw new Refusal(result);
      return result;
    };
  return {
    createDataset: bind(createDataset),
    createModelVersion: bind(createModelVersion),
    setModelAlias: bind(setModelAlias),
    deployModelVersion: bind(deployModelVersion),
    retireDeployment: bind(retireDeployment),
    updateTrainingRun: bind(updateTrainingRun),
    registerTrainingRun: bind(registerTrainingRun),
    logMetrics: bind(logMetrics),
    putModelConfig: bind(putModelConfig),
    updateModelMetrics: bind(updateModelMetrics),
    putFeatures: bind(putFeatures),
    updateLeaderboard: bind(updateLeaderboard),
    deleteModel: bind(deleteModel),
    servePrediction: bind(servePrediction),
    /** Any GraphQL, answered as over HTTP: `data` as far as it is known, and in `errors` why the rest is null. */
    query: (source: string, variables?: Record<string, unknown>) => gateway.execute(source, variables, actor),
    close: gateway.close,
  };
}
