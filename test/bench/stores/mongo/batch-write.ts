import type { Pick } from '../entities.ts';
import type { MongoRuns } from './runs.ts';

/** One bulkWrite, unordered: the server need not wait for one to do the next, and one fault does not stop the others. */
export async function batchWrite({ runs, writeConcern }: MongoRuns, pick: Pick): Promise<number> {
  const operations = pick.runs(100).map(({ id, ...rest }) => ({
    updateOne: { filter: { _id: id }, update: { $set: rest }, upsert: true },
  }));
  const { matchedCount, upsertedCount } = await runs.bulkWrite(operations, { ordered: false, writeConcern });
  return matchedCount + upsertedCount;
}
