import { type BoardPlace, boardPage } from '../stores/redis/boards.ts';
import type { RedisAsker } from './redis-asker.ts';

/** Models by their score on a board. Source: Redis. */
export function leaderboardLoaders({ ask }: RedisAsker) {
  return {
    page: (board: string, first: number, after: BoardPlace | undefined) =>
      ask(boardPage(board, first, after)),
  };
}
