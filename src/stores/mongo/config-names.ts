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

// A document is 16 MB at most, and a name 200 characters of four bytes and a few beside them.
const namesPerPart = 16_000;

/** What a set found: a part of the names, or none when there are too many. */
interface Found {
  readonly set: number;
  readonly count: number;
  readonly names?: readonly string[];
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
  const [first = [], ...more] = asks.map((conditions, set) => namesPipeline(conditions, set, maxNames));
  const pipeline = [
    ...first,
    ...more.map((each) => ({ $unionWith: { coll: collection.collectionName, pipeline: each } })),
  ];
  const options = { signal, maxTimeMS: deadlineMs, comment: 'readConfigNames' };
  const answers = asks.map((): Answer<readonly string[]> => []);
  for await (const { set, count, names = [] } of collection.aggregate<Found>(pipeline, options)) {
    const before = answers[set];
    answers[set] = count > maxNames || !Array.isArray(before) ? tooBroad(maxNames) : [...before, ...names];
  }
  return answers;
}

/** All names in a few documents: ten thousand, of one name each, take longer to carry than to find. */
function namesPipeline(conditions: readonly ConfigCondition[], set: number, maxNames: number): Document[] {
  const told = { $cond: [{ $gt: ['$count', maxNames] }, 0, '$count'] };
  const part = { $slice: ['$names', '$$from', namesPerPart] };
  return [
    { $match: whereHeads({ config: conditions }) },
    { $limit: maxNames + 1 },
    { $group: { _id: null, count: { $sum: 1 }, names: { $push: '$modelName' } } },
    {
      $project: {
        _id: 0,
        set: { $literal: set },
        count: 1,
        names: { $map: { input: { $range: [0, told, namesPerPart] }, as: 'from', in: part } },
      },
    },
    { $unwind: { path: '$names', preserveNullAndEmptyArrays: true } },
  ];
}

const tooBroad = (maxNames: number) =>
  new ModelGraphError(
    'FILTER_TOO_BROAD',
    `More than ${maxNames.toLocaleString('en')} configurations meet the conditions of one "config". Add a condition to it that fewer meet, or turn it around with "not".`,
    { store: 'MONGODB' },
  );
