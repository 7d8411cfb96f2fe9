import { z } from 'zod';
import { notFound } from '../problems.ts';
import { metricPaths } from '../stores/mongo/metric-paths.ts';
import { configMetrics, documentPaths, expectedRevision } from './config-inputs.ts';
import { digestOf } from './decide.ts';
import { idempotencyKey, modelName } from './inputs.ts';
import { defineOperation } from './operation.ts';
import type { PutModelConfigSuccess } from './put-model-config.ts';
import { isRegistered } from './register-model.ts';

const updateModelMetricsInput = z.object({
  idempotencyKey,
  modelName,
  metrics: configMetrics,
  expectedRevision,
  paths: documentPaths,
});

/**
 * Merges numbers into what the model's head configuration holds under "metrics", other keys stay, as revision + 1; makes
 * the head when there is none. NotFoundError for an unknown model; ConflictError when `expectedRevision` does not stand
 * there (0: no head), or when "metrics" is something else than an object.
 */
export const updateModelMetrics = defineOperation<typeof updateModelMetricsInput, PutModelConfigSuccess>(
  updateModelMetricsInput,
  async (context, input) => {
    const { modelName: name, metrics, expectedRevision: revision = null, idempotencyKey: key } = input;
    if (!(await isRegistered(context, name))) throw notFound('ModelInfo', name);
    const { set, condition } = metricPaths(metrics);
    const digits = Object.fromEntries(
      Object.entries(metrics).map(([metric, value]) => [metric, String(value)]),
    );
    const identity = { name, revision, metrics: digits };
    return context.stores.mongo.writeHead(
      { operation: 'updateModelMetrics', request: context.request },
      {
        modelName: name,
        framework: undefined,
        set,
        condition,
        expectedRevision: revision,
        idempotency: key == null ? null : { key, inputSha256: digestOf('updateModelMetrics', identity) },
        field: 'metrics',
        parts: input.paths,
      },
    );
  },
);
