import type { Pick } from '../entities.ts';
import type { PostgresRuns } from './runs.ts';

/** One statement that inserts or updates: no read before, no race between, harmless to repeat. */
export async function write({ sql }: PostgresRuns, pick: Pick): Promise<number> {
  const { id, dataset, framework, status, accuracy, seconds, note } = pick.run();
  const written = await sql`
    insert into bench.runs (id, dataset, framework, status, accuracy, seconds, note)
    values (${id}, ${dataset}, ${framework}, ${status}, ${accuracy}, ${seconds}, ${note})
    on conflict (id) do update set status = excluded.status, accuracy = excluded.accuracy,
      seconds = excluded.seconds, note = excluded.note`;
  return written.count;
}
