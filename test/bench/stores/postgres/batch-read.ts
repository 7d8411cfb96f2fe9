import { type Pick, runId } from '../entities.ts';
import type { PostgresRuns } from './runs.ts';

/** All keys as one array parameter: one plan for any number of them, where `in (…)` would need one for each number. */
export async function batchRead({ sql }: PostgresRuns, pick: Pick): Promise<number> {
  const ids = pick.numbers(100).map(runId);
  const found = await sql`
    select id, dataset, framework, status, accuracy, seconds, note from bench.runs where id = any(${ids}::text[])`;
  return found.length;
}
