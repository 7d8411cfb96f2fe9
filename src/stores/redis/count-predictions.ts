import type { ModelName } from '../../model-name.ts';
import { inOneWrite, type RedisClient } from './client.ts';
import { lastPredictionKey, predictionsKey, servingKey } from './keys.ts';
import { type LastPrediction, lastPredictionText } from './predictions.ts';

/** What a model served since it was last told. */
export interface PredictionTally {
  readonly name: ModelName;
  readonly predictions: number;
  readonly hits: number;
  readonly misses: number;
  /** RFC 3339 in UTC. */
  readonly lastAt: string;
  /** Subject → what it was answered last. */
  readonly last: ReadonlyMap<string, LastPrediction>;
}

/** Adds tallies to the counters, in one write. Not to be repeated. Rejects with the driver's error. */
export async function countPredictions(
  client: RedisClient,
  tallies: readonly PredictionTally[],
): Promise<void> {
  const send = () =>
    tallies.flatMap(({ name, predictions, hits, misses, lastAt, last }) => {
      const key = servingKey(name);
      return [
        client.hincrby(key, 'predictions', predictions),
        client.hincrby(key, 'hits', hits),
        client.hincrby(key, 'misses', misses),
        client.hset(key, 'lastAt', lastAt),
        client.zincrby(predictionsKey, predictions, name),
        ...[...last]
          .filter(([, { leftMs }]) => leftMs > 0)
          .map(([subject, answer]) =>
            client.set(lastPredictionKey(name, subject), lastPredictionText(answer), 'PX', answer.leftMs),
          ),
      ];
    });
  await inOneWrite(client, () => Promise.all(send()));
}
