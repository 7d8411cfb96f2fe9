import type { Pick } from '../entities.ts';
import { byAccuracyKey, type RedisRuns, runKey } from './runs.ts';

/** A pipeline of hashes, and one ZADD for all their places; not MULTI, which would hold up everyone else meanwhile. */
export async function batchWrite({ redis }: RedisRuns, pick: Pick): Promise<number> {
  const runs = pick.runs(100);
  const pipeline = redis.pipeline();
  for (const run of runs) pipeline.hset(runKey(run.id), run);
  pipeline.zadd(byAccuracyKey, ...runs.flatMap(({ accuracy, id }) => [accuracy, id]));
  const replies = (await pipeline.exec()) ?? [];
  return replies.every(([error]) => error === null) ? runs.length : 0;
}
