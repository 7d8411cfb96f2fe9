import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { askCount, askOne } from './ask.ts';
import { allOf } from './filter.ts';
import { matchingSets } from './matching-sets.ts';
import { dayOf, isClosed, isIn, ofOpenDays, openDays, startOf } from './open-days.ts';
import { openRuns } from './open-runs.ts';
import type { Question } from './question.ts';
import { type RunFilter, whereCreated } from './run-filter.ts';
import { type RunOwner, rowsOf } from './runs.ts';
import { trainingRuns } from './tables.ts';

/**
 * How many of an owner's runs match; exact. A model's are looked at one by one, as they are few. Of all others the days that
 * are summarised add up: on each, what its sets of runs have in common. Only the runs of other days are looked at.
 */
export function runCount(owner: RunOwner, filter: RunFilter): Question<string, number> {
  const rows = rowsOf(owner, filter);
  if (owner === 'MODEL') return askCount<string>(rows);
  const moments = Object.entries(filter.createdAt ?? {}).flatMap(([operator, moment]) =>
    moment == null ? [] : [sql`${sql.placeholder(`created.${operator}`)}::timestamptz`],
  );
  const isCut = moments.length > 0;
  const sets = setsOfClosedDays(owner, filter, isCut);
  const tables = sql.join([openDays([]), ...cutDays(moments, filter), ...sets], sql`, `);
  return askOne<string, number>({
    name: `${rows.name}ByDay`,
    keys: rows.keys,
    values: rows.values,
    heavy: true,
    from: sql`(with ${tables} select (${sumOfSets(sets.length, isCut)}) + (
      select count(*) from ${ofOpenDays(openRuns(owner, filter, sql`open_days.day`))}) as n) as counted`,
    where: sql`true`,
    row: sql`to_json(counted.n)`,
    // There is one row.
  }) as Question<string, number>;
}

/**
 * A CTE `cut_days`, if there are moments: the days in which one of them lies. Of each, how many runs were created as the
 * filter says, and how many before those.
 */
function cutDays(moments: readonly SQL[], filter: RunFilter): SQL[] {
  if (moments.length === 0) return [];
  const days = moments.map((moment) => sql`select ${dayOf(moment)} as day`);
  const ofDay = sql`from ${trainingRuns} where ${isIn(trainingRuns.createdAt, sql`cut.day`)}`;
  return [
    sql`cut_days as materialized (
      select cut.day, within.runs, (select count(*) ${ofDay} and ${trainingRuns.createdAt} < within.first_at) as before
      from (${sql.join(days, sql` union `)}) cut cross join lateral (
        select count(*) as runs, min(${trainingRuns.createdAt}) as first_at ${ofDay}
          and ${allOf(whereCreated(trainingRuns.createdAt, filter)).where} offset 0) within)`,
  ];
}

/** CTEs `s0`, `s1` and so on, one for each condition. Materialized, so that a join does not make them again and again. */
function setsOfClosedDays(owner: RunOwner, filter: RunFilter, isCut: boolean): SQL[] {
  const created = (day: SQLWrapper) => allOf(whereCreated(startOf(day), filter)).where;
  const ofDay = (day: SQLWrapper) =>
    isCut
      ? sql`${isClosed(day)} and (${day} in (select day from cut_days) or ${created(day)})`
      : isClosed(day);
  return matchingSets(owner, filter).map(
    (setsOf, n) => sql`${sql.raw(`s${n}`)} as materialized (${setsOf(ofDay)})`,
  );
}

/** How many runs so many sets of each day have in common; of a day that is cut, only those within. */
function sumOfSets(count: number, isCut: boolean): SQL {
  const sets = Array.from({ length: count }, (_, n) => `s${n}`);
  const members = sets.map((set) => `${set}.members`).join(' & ');
  const whole = count > 1 ? `bit_count(${members})` : 's0.runs';
  const part = `bit_count(substring(${members} from cut_days.before::int + 1 for cut_days.runs::int))`;
  const runs = isCut ? `case when cut_days.day is null then ${whole} else ${part} end` : whole;
  const joined = `${sets.map((set, n) => (n === 0 ? set : `join ${set} using (day)`)).join(' ')}${isCut ? ' left join cut_days using (day)' : ''}`;
  return sql.raw(`select coalesce(sum(${runs}), 0) from ${joined}`);
}
