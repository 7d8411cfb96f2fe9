import type { ModelName } from '../../model-name.ts';
import type { RedisClient } from './client.ts';
import { boardKey, boardsKey, boardTimesKey, predictionsKey, servingKey } from './keys.ts';

/** Removes a model's counters and its places on all boards. Harmless to repeat. Rejects with the driver's error. */
export async function purgeModel(client: RedisClient, name: ModelName): Promise<void> {
  const boards = await client.smembers(boardsKey);
  await Promise.all([
    client.unlink(servingKey(name)),
    client.zrem(predictionsKey, name),
    ...boards.flatMap((board) => [
      client.zrem(boardKey(board), name),
      client.hdel(boardTimesKey(board), name),
    ]),
  ]);
}
