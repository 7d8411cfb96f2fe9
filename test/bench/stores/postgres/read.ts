import type { Pick } from '../entities.ts';
import { runId } from '../entities.ts';
import type { PostgresRuns } from './runs.ts';

/** By primary key, only the columns that are wanted; prepared once a connection, since the text never changes. */
export async function read({ sql }: PostgresRuns, pick: Pick): Promise<number> {
  const found = await sql`
    select id, dataset, framework, status, accuracy, seconds, note from bench.runs where id = ${runId(pick.number())}`;
  return found.length;
}
