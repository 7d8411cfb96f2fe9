import { type Pick, runId } from '../entities.ts';
import type { MongoRuns } from './runs.ts';

const projection = { dataset: 1, framework: 1, status: 1, accuracy: 1, seconds: 1, note: 1 };

/** One find with $in, and a batch as large as the answer: the default of 101 would cost longer lists a second trip. */
export async function batchRead({ runs }: MongoRuns, pick: Pick): Promise<number> {
  const ids = pick.numbers(100).map(runId);
  const found = await runs.find({ _id: { $in: ids } }, { projection, batchSize: ids.length + 1 }).toArray();
  return found.length;
}
