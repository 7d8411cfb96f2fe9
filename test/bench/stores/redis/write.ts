import type { Pick } from '../entities.ts';
import { byAccuracyKey, type RedisRuns, runKey } from './runs.ts';

/** The run and its place in the order by MULTI, in one round trip: no reader sees the one without the other. */
export async function write({ redis }: RedisRuns, pick: Pick): Promise<number> {
  const run = pick.run();
  const replies = await redis
    .multi()
    .hset(runKey(run.id), run)
    .zadd(byAccuracyKey, run.accuracy, run.id)
    .exec();
  return replies?.every(([error]) => error === null) ? 1 : 0;
}
