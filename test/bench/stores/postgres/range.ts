import type { Pick } from '../entities.ts';
import type { PostgresRuns } from './runs.ts';

/** A place in the index and ten steps from there; never an offset, which walks over all that it skips. */
export async function range({ sql }: PostgresRuns, pick: Pick): Promise<number> {
  const found = await sql`
    select id, accuracy from bench.runs where accuracy <= ${pick.score()} order by accuracy desc limit 10`;
  return found.length;
}
