import type { RedisClient } from '../../../../src/stores/redis/client.ts';

/** The production client, which puts the prefix of the comparison in front of every key. */
export interface RedisRuns {
  readonly redis: RedisClient;
}

/** Hash: one run, a field for each of its fields. */
export const runKey = (id: string) => `run:${id}`;

/** Sorted set: ids of runs by accuracy; what an index is elsewhere. */
export const byAccuracyKey = 'runs:by-accuracy';

/** A hash is flat, and all of it is text: what comes back has to be made numbers again. */
export const toRun = (fields: Readonly<Record<string, string>>) => ({
  ...fields,
  accuracy: Number(fields.accuracy),
  seconds: Number(fields.seconds),
});
