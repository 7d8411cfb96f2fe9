import { setTimeout as delay } from 'node:timers/promises';
import type { ModelName } from '../model-name.ts';
import { leaseMs } from '../serving/routes.ts';
import type { OperationContext } from './operation.ts';

/** Events after which another version or endpoint may answer for a model; they leave word for Redis in the outbox, too. */
export const changesRoute = { metricKeys: [] } as const;

/**
 * To be called after a commit that changed which version or endpoint answers for a model: when it resolves, no gateway answers by
 * what was before. Never rejects; should Redis be away, which then holds no answers either, the relay tells it.
 */
export async function routeChanged({ stores }: OperationContext, name: ModelName): Promise<void> {
  const wasUsed = await stores.redis.predictions.dropRouteToken(name).catch(() => false);
  // Who has just asked whether its route is valid may answer by it for a moment.
  if (wasUsed) await delay(leaseMs);
}
