import type { Collection, Document } from 'mongodb';
import type { Answer } from '../../batch-read.ts';
import { ModelGraphError } from '../../errors.ts';
import { type ConfigCondition, whereHeads } from './config-filter.ts';
import type { ConfigAtRest } from './configs.ts';

interface NamesOptions {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** FILTER_TOO_BROAD beyond so many: the answer to a filter is never cut off. */
  readonly maxNames: number;
}

/**
 * Sets of conditions → the models whose head documents meet them, same length, same order, by one aggregation in which
 * each set has its own index scan. Fails per set with FILTER_TOO_BROAD, whole with the driver's error.
 */
export async function readConfigNames(
  collection: Collection<ConfigAtRest>,
  asks: readonly (readonly ConfigCondition[])[],
  { signal, deadlineMs, maxNames }: NamesOptions,
): Promise<Answer<readonly string[]>[]> {
  const [first = [], ...more] = asks.map((conditions, set): Document[] => [
    { $match: whereHeads({ config: conditions }) },
    { $limit: maxNames + 1 },
    { $project: { _id: 0, set: { $literal: set }, name: '$modelName' } },
  ]);
  const pipeline = [
    ...first,
    ...more.map((each) => ({ $unionWith: { coll: collection.collectionName, pipeline: each } })),
  ];
  const batchSize = asks.length * (maxNames + 1) + 1;
  const options = { signal, maxTimeMS: deadlineMs, batchSize, comment: 'readConfigNames' };
  const found = await collection.aggregate<{ set: number; name: string }>(pipeline, options).toArray();
  const sets = asks.map((): string[] => []);
  for (const { set, name } of found) sets[set]?.push(name);
  return sets.map((names) => (names.length > maxNames ? tooBroad(maxNames) : names));
}

const tooBroad = (maxNames: number) =>
  new ModelGraphError(
    'FILTER_TOO_BROAD',
    `More than ${maxNames.toLocaleString('en')} configurations meet the conditions of one "config". Add a condition to it that fewer meet, or turn it around with "not".`,
    { store: 'MONGODB' },
  );
