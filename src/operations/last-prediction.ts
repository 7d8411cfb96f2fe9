import { z } from 'zod';
import { ModelGraphError } from '../errors.ts';
import { invalidInput } from '../problems.ts';
import { toComputed } from '../serving/locate.ts';
import { type ModelRow, modelRow } from '../stores/postgres/models.ts';
import { type LastPrediction, lastPrediction as lastOf } from '../stores/redis/predictions.ts';
import { modelName } from './inputs.ts';
import { type OperationContext, toIssue } from './operation.ts';
import { subject } from './prediction-input.ts';
import type { Prediction } from './serve-predictions.ts';

const lastPredictionInput = z.object({ modelName, subject });

/**
 * What a model answered last for a subject, or null. Counts nothing. Rejects with a Refusal, InvalidInputError, or with a
 * ModelGraphError when Redis, or PostgreSQL, which says whether it is still the same model, cannot be asked.
 */
export async function lastPrediction(
  { stores, request }: OperationContext,
  input: z.input<typeof lastPredictionInput>,
): Promise<Prediction | null> {
  const startedAtMs = performance.now();
  const { data, error } = lastPredictionInput.safeParse(input);
  if (!data) throw invalidInput(error.issues.map(toIssue));
  // What was answered a moment ago is told in the next tick, which without HTTP in between may not have come yet.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const [[model], [last]] = await Promise.all([
    stores.postgres.read([{ question: modelRow, key: data.modelName }], request),
    stores.redis.read([lastOf(data.modelName, data.subject)], request),
  ]);
  for (const answer of [model, last]) if (answer instanceof ModelGraphError) throw answer;
  const [row, found] = [model as ModelRow | undefined, last as LastPrediction | undefined];
  if (!row || found?.modelCreatedAt !== row.createdAt) return null;
  return {
    ...toComputed(found),
    modelName: data.modelName,
    modelVersion: found.version,
    cacheStatus: 'HIT',
    latencyMs: performance.now() - startedAtMs,
    expiredFeatures: [],
  };
}
