import type { Pick } from '../entities.ts';
import type { MongoRuns } from './runs.ts';

/** In the order of an index and cut off by limit, so that nothing is sorted; never skip, which walks over all it skips. */
export async function range({ runs }: MongoRuns, pick: Pick): Promise<number> {
  const found = await runs
    .find({ accuracy: { $lte: pick.score() } }, { projection: { accuracy: 1 } })
    .sort({ accuracy: -1 })
    .limit(10)
    .toArray();
  return found.length;
}
