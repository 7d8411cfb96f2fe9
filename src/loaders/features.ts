import type { Answer } from '../batch-read.ts';
import { ModelGraphError } from '../errors.ts';
import { type FeatureVector, featuresOf } from '../stores/redis/features.ts';
import type { RedisAsker } from './redis-asker.ts';

/** Features of entities. Source: Redis. */
export function featureLoaders({ ask }: RedisAsker) {
  return {
    /**
     * Entities → vectors, same length, same order, STORE_CORRUPT per entity; rejects when Redis cannot say anything.
     * Without `names` all features that are there.
     */
    async vectors(
      view: string,
      entities: readonly string[],
      names: readonly string[] | undefined,
    ): Promise<Answer<FeatureVector>[]> {
      const settled = await Promise.allSettled(
        entities.map((entity) => ask(featuresOf(view, entity, names))),
      );
      return settled.map((answer) => {
        if (answer.status === 'fulfilled') return answer.value;
        const { reason } = answer;
        if (reason instanceof ModelGraphError && reason.code === 'STORE_CORRUPT') return reason;
        throw reason;
      });
    },
  };
}
