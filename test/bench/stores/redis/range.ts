import type { Pick } from '../entities.ts';
import { byAccuracyKey, type RedisRuns } from './runs.ts';

/** A sorted set is an index by score: log n to the place, then ten steps. */
export async function range({ redis }: RedisRuns, pick: Pick): Promise<number> {
  const found = await redis.zrange(byAccuracyKey, pick.score(), '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 10);
  return found.length;
}
