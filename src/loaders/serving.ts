import type { ModelName } from '../model-name.ts';
import { servingOf } from '../stores/redis/serving.ts';
import type { RedisAsker } from './redis-asker.ts';

/** Hot counters and ranks of models. Source: Redis. */
export function servingLoaders({ ask }: RedisAsker) {
  return {
    /** `boards` are those on which a rank will be looked at. */
    byName: (name: ModelName, boards: readonly string[]) => ask(servingOf(name, boards)),
  };
}
