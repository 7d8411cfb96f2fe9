import type { Stores } from '../stores/open-stores.ts';
import { registryCounts } from '../stores/postgres/registry-counts.ts';
import { boardSize } from '../stores/redis/boards.ts';
import type { PostgresAsker } from './postgres-asker.ts';
import type { RedisAsker } from './redis-asker.ts';

/** How much each store holds, each asked once. Source: PostgreSQL, MongoDB, Redis. */
export function integrityLoaders(
  postgres: PostgresAsker,
  redis: RedisAsker,
  { mongo }: Pick<Stores, 'mongo'>,
  request: object,
) {
  let configs: ReturnType<typeof mongo.countConfigs> | undefined;
  return {
    registry: (metric: string) => postgres.ask(registryCounts, metric),
    configs() {
      configs ??= mongo.countConfigs(request);
      return configs;
    },
    board: (board: string) => redis.ask(boardSize(board)),
    forget() {
      configs = undefined;
    },
  };
}
