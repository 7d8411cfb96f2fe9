import type { Pick } from '../entities.ts';
import type { MongoRuns } from './runs.ts';

/** `$set` of what changed, with upsert: atomic within the document, and it leaves alone what others added to it. */
export async function write({ runs, writeConcern }: MongoRuns, pick: Pick): Promise<number> {
  const { id, ...rest } = pick.run();
  const { matchedCount, upsertedCount } = await runs.updateOne(
    { _id: id },
    { $set: rest },
    { upsert: true, writeConcern },
  );
  return matchedCount + upsertedCount;
}
