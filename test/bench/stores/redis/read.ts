import { type Pick, runId } from '../entities.ts';
import { type RedisRuns, runKey, toRun } from './runs.ts';

/** A small hash by its key, whole; HMGET where only some fields of a larger one are wanted. */
export async function read({ redis }: RedisRuns, pick: Pick): Promise<number> {
  const run = toRun(await redis.hgetall(runKey(runId(pick.number()))));
  return Number.isFinite(run.accuracy) ? 1 : 0;
}
