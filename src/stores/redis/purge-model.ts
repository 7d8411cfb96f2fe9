import type { ModelName } from '../../model-name.ts';
import type { RedisClient } from './client.ts';
import { boardsKey, predictionsKey, servingKey } from './keys.ts';
import { syncBoards } from './sync-boards.ts';

/**
 * Removes a model's counters and its places on all boards, after the event of that sequence. Harmless to repeat. Rejects
 * with the driver's error.
 */
export async function purgeModel(client: RedisClient, name: ModelName, sequence: string): Promise<void> {
  const boards = await client.smembers(boardsKey);
  await Promise.all([
    client.unlink(servingKey(name)),
    client.zrem(predictionsKey, name),
    syncBoards(
      client,
      boards.map((board) => ({ board, name, sequence, score: null })),
    ),
  ]);
}
