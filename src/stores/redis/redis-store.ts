import type { Config } from '../../config.ts';
import type { ModelName } from '../../model-name.ts';
import { createBreaker } from '../../policies/breaker.ts';
import { withDeadline } from '../../policies/deadline.ts';
import { guard } from '../../policies/guard.ts';
import { guardCalls } from '../../policies/guard-call.ts';
import { checkHealth } from '../../policies/health.ts';
import { openRedisClient, type RedisClient, toRedisError, untilReady } from './client.ts';
import { purgeModel } from './purge-model.ts';
import { readServing, type ServingAsk, type ServingRecord } from './serving.ts';
import { clearServing, isServingEmpty, type ServingToWrite, writeServing } from './write-serving.ts';

/** Redis as the gateway uses it; `inProcess` stands in for a server. */
export function openRedisStore({ url, deadlineMs }: Config['redis'], inProcess?: RedisClient) {
  const client = inProcess ?? openRedisClient({ url, deadlineMs });
  // `true`: and connect again.
  const breaker = createBreaker('REDIS', () => client.disconnect(true));
  const call = guardCalls({ store: 'REDIS', deadlineMs, toModelGraphError: toRedisError }, breaker);
  return {
    read: guard<ServingAsk, ServingRecord | undefined>(
      {
        store: 'REDIS',
        read: (asks) => readServing(client, asks),
        operation: () => 'readServing',
        toModelGraphError: toRedisError,
      },
      breaker,
      deadlineMs,
    ),
    /** Removes what is held of a deleted model. Rejects with a ModelGraphError. */
    purgeModel: (name: ModelName, request?: object) =>
      call({ operation: 'purgeModel', request }, (signal) => purgeModel(client, name, signal)),
    health: () => checkHealth('REDIS', breaker, deadlineMs, () => client.ping(), toRedisError),
    /** Redis has no schema: waits for the connection. Rejects while Redis is away. */
    prepare: () => withDeadline(() => untilReady(client), { store: 'REDIS', deadlineMs })(undefined),
    /** For filling the counters; each rejects with the driver's error. */
    bulk: {
      isEmpty: () => isServingEmpty(client),
      clear: () => clearServing(client),
      write: (models: readonly ServingToWrite[]) => writeServing(client, models),
    },
    close: async () => client.disconnect(),
  };
}
