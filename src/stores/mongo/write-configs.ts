import type { Collection } from 'mongodb';
import type { ConfigAtRest } from './configs.ts';
import { toRest } from './key-escaping.ts';

/** A configuration to write; its document is plain JSON. */
export type ConfigToWrite = Omit<ConfigAtRest, 'document'> & { document: Record<string, unknown> };

const documentsPerWrite = 1_000;

/** Puts configurations in place of those with the same id, in bulk; harmless to repeat. Rejects with the driver's error. */
export async function writeConfigs(
  collection: Collection<ConfigAtRest>,
  configs: readonly ConfigToWrite[],
): Promise<void> {
  for (let from = 0; from < configs.length; from += documentsPerWrite) {
    const operations = configs.slice(from, from + documentsPerWrite).map(({ _id, ...config }) => ({
      replaceOne: {
        filter: { _id },
        replacement: { ...config, document: toRest(config.document) as Record<string, unknown> },
        upsert: true,
      },
    }));
    await collection.bulkWrite(operations, { ordered: false });
  }
}
