import DataLoader from 'dataloader';
import type { BatchRead } from '../batch-read.ts';
import type { ModelName } from '../model-name.ts';
import type { ServingAsk, ServingRecord } from '../stores/redis/serving.ts';

/** Hot counters and ranks of models. Source: Redis. */
export function servingLoaders(read: BatchRead<ServingAsk, ServingRecord | undefined>, request: object) {
  const loader = new DataLoader<ServingAsk, ServingRecord | undefined, string>(
    (asks) => read(asks, request),
    {
      cacheKeyFn: ({ name, boards }) => `${name}\n${JSON.stringify(boards)}`,
    },
  );
  return {
    /** `boards` are those on which a rank will be looked at. */
    byName: (name: ModelName, boards: readonly string[]) => loader.load({ name, boards }),
    forget: () => void loader.clearAll(),
  };
}
