import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { staleDays } from './day-tables.ts';

/** The day of a moment, in UTC. */
export const dayOf = (moment: SQLWrapper): SQL => sql`(${moment} at time zone 'UTC')::date`;

/** The moment at which a day begins, in UTC. */
export const startOf = (day: SQLWrapper): SQL => sql`((${day})::timestamp at time zone 'UTC')`;

/** Whether a moment is in a day, said as an index can use it. */
export const isIn = (moment: SQLWrapper, day: SQLWrapper): SQL =>
  sql`${moment} >= ${startOf(day)} and ${moment} < ${startOf(sql`${day} + 1`)}`;

/**
 * A CTE `open_days`: those whose runs have to be looked at one by one, as they changed since they were summarised or as one
 * of these moments lies in them, not at their beginning. All other days are wholly before each of the moments, or from it on.
 */
export function openDays(moments: readonly SQLWrapper[]): SQL {
  const days = moments.map(
    (moment) => sql` union select ${dayOf(moment)} where ${moment} > ${startOf(dayOf(moment))}`,
  );
  return sql`open_days as materialized (select ${staleDays.day} from ${staleDays} group by 1${sql.join(days)})`;
}

/** Whether a day is none of `open_days`: what is summarised of it holds. */
export const isClosed = (day: SQLWrapper): SQL => sql`${day} not in (select day from open_days)`;

/**
 * For each of `open_days` the rows of a select that names the day; refers to them as `of_day`. The "offset" keeps the planner
 * from joining them any other way: it takes a range between two moments that it does not know for a good part of a table.
 */
export const ofOpenDays = (select: SQL): SQL => sql`open_days cross join lateral (${select} offset 0) of_day`;
