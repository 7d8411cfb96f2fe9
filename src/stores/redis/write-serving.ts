import type { RedisClient } from './client.ts';
import { boardKey, boardsKey, predictionsKey, servingKey } from './keys.ts';

/** Counters and scores of one model, as they shall be. */
export interface ServingToWrite {
  readonly name: Parameters<typeof servingKey>[0];
  readonly counters?: { predictions: number; hits: number; misses: number; lastAt: string } | undefined;
  /** Board → score; only finite ones enter. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Sets counters and scores; commands of one tick share a write. Harmless to repeat. Rejects with the driver's error. */
export async function writeServing(client: RedisClient, models: readonly ServingToWrite[]): Promise<void> {
  await Promise.all(
    models.flatMap(({ name, counters, scores }) => [
      ...(counters
        ? [client.hset(servingKey(name), counters), client.zadd(predictionsKey, counters.predictions, name)]
        : []),
      ...Object.entries(scores)
        .filter(([, score]) => Number.isFinite(score))
        .flatMap(([board, score]) => [
          client.sadd(boardsKey, board),
          client.zadd(boardKey(board), score, name),
        ]),
    ]),
  );
}

const scanCount = 1_000;
const everyKey = 'mg:*';

/** Whether Redis holds no key of ours: stops at the first one found. */
export async function isServingEmpty(client: RedisClient): Promise<boolean> {
  for await (const keys of client.scanStream({ match: everyKey, count: scanCount })) {
    if (keys.length > 0) return false;
  }
  return true;
}

/** Removes every key of ours, and no other. */
export async function clearServing(client: RedisClient): Promise<void> {
  for await (const keys of client.scanStream({ match: everyKey, count: scanCount })) {
    await Promise.all(keys.map((key: string) => client.unlink(key)));
  }
}
