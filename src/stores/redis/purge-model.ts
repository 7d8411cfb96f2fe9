import type { ModelName } from '../../model-name.ts';
import type { RedisClient } from './client.ts';
import { isBoardKey, modelKeyPrefixes, predictionRankingKey } from './keys.ts';

const scanCount = 1_000;
const keysPerUnlink = 1_000;

/**
 * Removes what Redis holds of a deleted model: its counters, its cached predictions, and its place on every board. Finds
 * them by SCAN, so it takes as long as Redis is full; harmless to repeat. Rejects with the driver's error.
 */
export async function purgeModel(client: RedisClient, name: ModelName, signal: AbortSignal): Promise<void> {
  const prefixes = modelKeyPrefixes(name);
  const [keys, boards] = await Promise.all([
    findKeys(client, `mg:*:{${loosely(name)}}:*`, signal),
    findKeys(client, 'mg:board:{*}', signal),
  ]);
  const own = keys.filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
  const chunks = Array.from({ length: Math.ceil(own.length / keysPerUnlink) }, (_, n) =>
    own.slice(n * keysPerUnlink, (n + 1) * keysPerUnlink),
  );
  await Promise.all([
    // They share the model's hash tag, so one command may name many, in a cluster too.
    ...chunks.map((chunk) => client.unlink(...chunk)),
    ...[...boards.filter(isBoardKey), predictionRankingKey].map((board) => client.zrem(board, name)),
  ]);
}

/** All keys that match. A cluster would have to be asked node by node. */
async function findKeys(client: RedisClient, match: string, signal: AbortSignal): Promise<string[]> {
  const found = new Set<string>();
  for await (const keys of client.scanStream({ match, count: scanCount })) {
    signal.throwIfAborted();
    for (const key of keys as string[]) found.add(key);
  }
  return [...found];
}

/** What a pattern could misread matches anything: the exact test comes after. */
const loosely = (name: ModelName) => name.replace(/[^\p{L}\p{N} _.-]+/gu, '*');
