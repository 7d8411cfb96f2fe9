import { type Pick, runId } from '../entities.ts';
import type { MongoRuns } from './runs.ts';

const projection = { dataset: 1, framework: 1, status: 1, accuracy: 1, seconds: 1, note: 1 };

/** By `_id`, with a projection: only what is wanted leaves the server, however large documents grow. */
export async function read({ runs }: MongoRuns, pick: Pick): Promise<number> {
  const found = await runs.findOne({ _id: runId(pick.number()) }, { projection });
  return found === null ? 0 : 1;
}
