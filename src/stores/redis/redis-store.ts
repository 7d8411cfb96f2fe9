import type { Config } from '../../config.ts';
import { createBreaker } from '../../policies/breaker.ts';
import { guard } from '../../policies/guard.ts';
import { checkHealth } from '../../policies/health.ts';
import { openRedisClient, type RedisClient, toRedisError } from './client.ts';
import { readServing, type ServingAsk, type ServingRecord } from './serving.ts';

/** Redis as the gateway uses it; `inProcess` stands in for a server. */
export function openRedisStore({ url, deadlineMs }: Config['redis'], inProcess?: RedisClient) {
  const client = inProcess ?? openRedisClient({ url, deadlineMs });
  const breaker = createBreaker('REDIS');
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
    health: () => checkHealth('REDIS', breaker, deadlineMs, () => client.ping(), toRedisError),
    /** Redis has no schema: only shows whether it is there. Rejects while it is away. */
    prepare: () => client.ping().catch((error) => Promise.reject(toRedisError(error))),
    close: async () => client.disconnect(),
  };
}
