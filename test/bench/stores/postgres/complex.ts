import type { Pick } from '../entities.ts';
import type { PostgresRuns } from './runs.ts';

/** Join, filter and aggregate where the rows are; an index that includes what is read leaves the table alone. */
export async function complex({ sql }: PostgresRuns, pick: Pick): Promise<number> {
  const found = await sql`
    select d.id, r.framework, count(*)::int as runs, avg(r.accuracy) as mean, max(r.accuracy) as best
    from bench.datasets d join bench.runs r on r.dataset = d.id
    where d.team = ${pick.team()} and r.status = 'FINISHED'
    group by d.id, r.framework order by mean desc limit 10`;
  return found.length;
}
