import type { ModelName } from '../../model-name.ts';
import { corrupt } from './ask.ts';
import { isWrongType, type RedisClient } from './client.ts';
import { boardKey, boardsKey, boardTimesKey } from './keys.ts';

/** A model's score as it shall be; finite. */
export interface BoardScore {
  readonly name: ModelName;
  readonly score: number;
}

/** What shall become of a board: scores that are set, and models that are taken off; none is in both. */
export interface BoardChange {
  readonly board: string;
  readonly scores: readonly BoardScore[];
  readonly gone: readonly ModelName[];
}

/** Changes a board and notes when, all of it or nothing. Harmless to repeat. Rejects with the driver's error. */
export async function writeScores(client: RedisClient, { board, scores, gone }: BoardChange): Promise<void> {
  const now = new Date().toISOString();
  // First: a board that nobody knows of could not be purged.
  await client.sadd(boardsKey, board);
  const change = client.multi();
  if (scores.length > 0)
    change
      .zadd(boardKey(board), ...scores.flatMap(({ name, score }) => [score, name]))
      .hset(boardTimesKey(board), ...scores.flatMap(({ name }) => [name, now]));
  if (gone.length > 0) change.zrem(boardKey(board), ...gone).hdel(boardTimesKey(board), ...gone);
  const replies = await change.exec();
  const error = replies?.find(([failed]) => failed)?.[0];
  if (error) throw isWrongType(error) ? corrupt('scores of models', error) : error;
}
