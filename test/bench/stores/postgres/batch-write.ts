import type { Pick } from '../entities.ts';
import type { PostgresRuns } from './runs.ts';

/** All rows as one JSON parameter, in one statement and so one transaction; in the order of keys, so that two never deadlock. */
export async function batchWrite({ sql }: PostgresRuns, pick: Pick): Promise<number> {
  const runs = JSON.stringify(pick.runs(100));
  const written = await sql`
    insert into bench.runs
    select * from json_populate_recordset(null::bench.runs, ${runs}::text::json) order by id
    on conflict (id) do update set status = excluded.status, accuracy = excluded.accuracy,
      seconds = excluded.seconds, note = excluded.note`;
  return written.count;
}
