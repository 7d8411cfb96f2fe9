import { ModelGraphError } from '../errors.ts';
import type { OperationContext } from './operation.ts';

/**
 * Takes a point for each prediction of a subject. Returns the subjects that have too few left, with the error for them,
 * RATE_LIMITED; all of a call's predictions of such a subject are refused.
 */
export async function takeSubjectPoints(
  { stores, request }: OperationContext,
  subjects: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, ModelGraphError>> {
  const points = new Map<string, number>();
  for (const subject of subjects) if (subject !== null) points.set(subject, (points.get(subject) ?? 0) + 1);
  const refused = new Map<string | null, ModelGraphError>();
  await Promise.all(
    [...points].map(async ([subject, cost]) => {
      const taken = await stores.redis.limits.consume('subject', subject, cost, request);
      if (taken && !taken.allowed) refused.set(subject, tooMany(cost, taken));
    }),
  );
  return refused;
}

function tooMany(cost: number, taken: { remaining: number; retryAfterMs: number | null }): ModelGraphError {
  const retryAfterMs = taken.retryAfterMs ?? 0;
  return new ModelGraphError(
    'RATE_LIMITED',
    `These are ${cost} predictions for a subject that has ${taken.remaining} left. Try again in ${retryAfterMs} ms.`,
    { retryAfterMs },
  );
}
