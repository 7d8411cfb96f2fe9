import type { ModelName } from '../../model-name.ts';
import { corrupt } from './ask.ts';
import { isWrongType, type RedisClient } from './client.ts';
import { boardKey, boardsKey, boardTimesKey } from './keys.ts';

/** A model's score as it shall be; finite. */
export interface BoardScore {
  readonly name: ModelName;
  readonly score: number;
}

/** Sets scores on one board and notes when, both or neither. Harmless to repeat. Rejects with the driver's error. */
export async function writeScores(
  client: RedisClient,
  board: string,
  scores: readonly BoardScore[],
): Promise<void> {
  const now = new Date().toISOString();
  // First: a board that nobody knows of could not be purged.
  await client.sadd(boardsKey, board);
  const replies = await client
    .multi()
    .zadd(boardKey(board), ...scores.flatMap(({ name, score }) => [score, name]))
    .hset(boardTimesKey(board), ...scores.flatMap(({ name }) => [name, now]))
    .exec();
  const error = replies?.find(([failed]) => failed)?.[0];
  if (error) throw isWrongType(error) ? corrupt('scores of models', error) : error;
}
