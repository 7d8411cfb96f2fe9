import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { bucketOf, octaveOf } from './buckets.ts';
import type { PostgresClient } from './client.ts';
import { exact } from './exact.ts';
import { isIn } from './open-days.ts';

// Any number that no other program locks in this database; the same on every instance.
const summaryLock = 7_233_120_812;

/**
 * Summarises the days whose runs changed since they last were, and not within `restedMs`, one after another, and yields each;
 * ends when another gateway is at it. Reads each metric of a day's runs once. Throws the driver's error.
 */
export async function* summariseDays(client: PostgresClient, restedMs: number): AsyncGenerator<string, void> {
  let day: string | undefined = '-infinity';
  // Onwards only: a day that changes all the time keeps nobody from the days after it.
  while (true) {
    day = await summariseNext(client, day, restedMs);
    if (day === undefined) return;
    yield day;
  }
}

async function summariseNext(
  client: PostgresClient,
  after: string,
  restedMs: number,
): Promise<string | undefined> {
  return client.begin(async (transaction) => {
    const [lock] = await transaction`select pg_try_advisory_xact_lock(${summaryLock}) as taken`;
    if (!lock?.taken) return undefined;
    const [stale] = await transaction.unsafe<{ day: string | null }[]>(nextStale, [after, restedMs]);
    if (!stale?.day) return undefined;
    // Not prepared: it is planned for this very day, whose runs may be few or many.
    await transaction.unsafe(summarise, [stale.day], { prepare: false });
    return stale.day;
  });
}

// Of a day that is written to all the time only the last marks are kept.
const nextStale = `/* modelgraph nextStaleDay */
  with latest as materialized (select day, max(changed_at) as changed_at from stale_days group by day),
  doubled as (delete from stale_days old using latest where old.day = latest.day and old.changed_at < latest.changed_at)
  select min(day)::text as day from latest where day > $1::text::date
    and changed_at <= statement_timestamp() - $2::float8 * interval '1 millisecond'`;

const octaveColumns = sql.raw(
  'key, framework, octave, runs, total, squares, lowest, highest, buckets, bucket_runs',
);
const day = sql.raw('$1::text::date');

// One statement, and so one state of the tables: a change is either in what is read, or its mark is not among those that go.
const { sql: summarise } = new PgDialect().sqlToQuery(sql`/* modelgraph summariseDay */
  with unmarked as (delete from stale_days where stale_days.day = ${day}),
  run as materialized (
    select r.id, r.framework, r.status from training_runs r where ${isIn(sql`r.created_at`, day)}
  ),
  ended as materialized (
    select m.key, run.framework, m.value, ${exact(sql`m.value`)} as exact, ${bucketOf(sql`m.value`)} as bucket
    from run cross join lateral (
      -- "offset 0" has it look up each run of the day, which lie together, by its id alone: without statistics the planner
      -- would read all metrics there are, once or for each run.
      select * from run_metrics where run_id = run.id offset 0) m
    where m.value > '-Infinity' and m.value < 'Infinity'
  ),
  counted as (select framework, status, count(*) as runs from run group by framework, status),
  bucket as (
    select key, framework, bucket, ${octaveOf(sql`bucket`)} as octave, count(*) as runs, sum(exact) as total,
      sum(exact * exact) as squares, min(value) as lowest, max(value) as highest
    from ended group by key, framework, bucket
  ),
  measured as (
    select key, framework, octave, sum(runs) as runs, sum(total) as total, sum(squares) as squares, min(lowest) as lowest,
      max(highest) as highest, array_agg(bucket order by bucket) as buckets, array_agg(runs order by bucket) as bucket_runs
    from bucket group by key, framework, octave
  ),
  no_runs as (
    delete from run_days old where old.day = ${day}
      and not exists (select from counted c where c.framework = old.framework and c.status = old.status)
  ),
  no_metrics as (
    delete from metric_days old where old.day = ${day} and not exists (
      select from measured m where m.key = old.key and m.framework = old.framework and m.octave = old.octave
    )
  ),
  new_runs as (
    insert into run_days (day, framework, status, runs) select ${day}, framework, status, runs from counted
    on conflict (day, framework, status) do update set runs = excluded.runs
  )
  insert into metric_days (day, ${octaveColumns}) select ${day}, ${octaveColumns} from measured
  on conflict (key, day, framework, octave) do update set runs = excluded.runs, total = excluded.total,
    squares = excluded.squares, lowest = excluded.lowest, highest = excluded.highest, buckets = excluded.buckets,
    bucket_runs = excluded.bucket_runs`);
