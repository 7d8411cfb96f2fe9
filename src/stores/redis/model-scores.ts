import type { ModelName } from '../../model-name.ts';
import type { RedisAsk } from './ask.ts';
import { boardKey, boardsKey } from './keys.ts';

/** All boards there are, each with the model's score, or null where it is not on it. */
export function modelScores(name: ModelName): RedisAsk<ReadonlyMap<string, number | null>> {
  return {
    operation: 'readModelScores',
    id: `modelScores ${name}`,
    expected: 'scores of models',
    async read(client) {
      const boards = await client.smembers(boardsKey);
      const scores = await Promise.all(boards.map((board) => client.zscore(boardKey(board), name)));
      return new Map(boards.map((board, n) => [board, scores[n] == null ? null : Number(scores[n])]));
    },
  };
}
