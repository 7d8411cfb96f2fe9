import { type Pick, runId } from '../entities.ts';
import { type RedisRuns, runKey, toRun } from './runs.ts';

/** A pipeline: a hundred commands, one write to the socket and one wait. */
export async function batchRead({ redis }: RedisRuns, pick: Pick): Promise<number> {
  const pipeline = redis.pipeline();
  for (const number of pick.numbers(100)) pipeline.hgetall(runKey(runId(number)));
  const replies = (await pipeline.exec()) ?? [];
  const runs = replies.map(([, fields]) => toRun(fields as Record<string, string>));
  return runs.filter(({ accuracy }) => Number.isFinite(accuracy)).length;
}
