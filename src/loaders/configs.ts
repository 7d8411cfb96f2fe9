import DataLoader from 'dataloader';
import type { BatchRead } from '../batch-read.ts';
import type { ModelName } from '../model-name.ts';
import { type ConfigAsk, type ConfigRecord, headIdOf } from '../stores/mongo/configs.ts';
import type { DocumentParts } from '../stores/mongo/projection.ts';

/** Configuration documents, cut down to the parts that a query shows. Source: MongoDB. */
export function configLoaders(read: BatchRead<ConfigAsk, ConfigRecord | undefined>, request: object) {
  const loader = new DataLoader<ConfigAsk, ConfigRecord | undefined, string>((asks) => read(asks, request), {
    cacheKeyFn: ({ id, parts }) => `${id}\n${JSON.stringify(parts)}`,
  });
  return {
    /** By document id; `parts` is what will be looked at. */
    byId: (id: string, parts: DocumentParts) => loader.load({ id, parts }),
    head: (name: ModelName, parts: DocumentParts) => loader.load({ id: headIdOf(name), parts }),
    /** A run's document has the run's id. */
    ofRun: (runId: string, parts: DocumentParts) => loader.load({ id: runId, parts }),
    forget: () => void loader.clearAll(),
  };
}
