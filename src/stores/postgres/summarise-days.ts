import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { bucketOf, octaveOf } from './buckets.ts';
import type { PostgresClient } from './client.ts';
import { setsOfDay } from './day-sets.ts';
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
    // A day's values are sorted: in memory.
    await transaction`set local work_mem = '32MB'`;
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

const day = sql.raw('$1::text::date');

/** CTEs after which a table has of this day what a CTE has, each row keyed by `keys` and the day. */
function replaceBy(rows: string, table: string, keys: readonly string[], others: readonly string[]): SQL {
  const isSame = keys.map((key) => `r.${key} = old.${key}`).join(' and ');
  const columns = [...keys, ...others].join(', ');
  const updates = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return sql`${sql.raw(`gone_${table}`)} as (
    delete from ${sql.raw(table)} old where old.day = ${day} and not exists (select from ${sql.raw(`${rows} r where ${isSame}`)})
  ),
  ${sql.raw(`new_${table}`)} as (
    insert into ${sql.raw(`${table} (day, ${columns})`)} select ${day}, ${sql.raw(`${columns} from ${rows}`)}
    on conflict (day, ${sql.raw(`${keys.join(', ')}) do update set ${updates}`)}
  )`;
}

// One statement, and so one state of the tables: a change is either in what is read, or its mark is not among those that go.
const { sql: summarise } = new PgDialect().sqlToQuery(sql`/* modelgraph summariseDay */
  with unmarked as (delete from stale_days where stale_days.day = ${day}),
  run as materialized (
    select r.id, r.framework, r.status, (row_number() over (order by r.created_at, r.id) - 1)::int as n
    from training_runs r where ${isIn(sql`r.created_at`, day)}
  ),
  ended as materialized (
    select m.key, run.framework, m.value, run.n from run cross join lateral (
      -- "offset 0" has it look up each run of the day, which lie together, by its id alone: without statistics the planner
      -- would read all metrics there are, once or for each run.
      select * from run_metrics where run_id = run.id offset 0) m
    where m.value <> 'NaN'
  ),
  bucket as (
    select key, framework, bucket, ${octaveOf(sql`bucket`)} as octave, count(*) as runs, sum(exact) as total,
      sum(exact * exact) as squares, min(value) as lowest, max(value) as highest
    from (
      select key, framework, value, ${exact(sql`value`)} as exact, ${bucketOf(sql`value`)} as bucket from ended
      where value > '-Infinity' and value < 'Infinity' offset 0) finite
    group by key, framework, bucket
  ),
  measured as materialized (
    select key, framework, octave, sum(runs) as runs, sum(total) as total, sum(squares) as squares, min(lowest) as lowest,
      max(highest) as highest, array_agg(bucket order by bucket) as buckets, array_agg(runs order by bucket) as bucket_runs
    from bucket group by key, framework, octave
  ),
  ${setsOfDay},
  ${replaceBy('grouped', 'run_days', ['framework', 'status'], ['runs', 'members'])},
  ${replaceBy('linked', 'dataset_days', ['dataset_id'], ['runs', 'members'])},
  ${replaceBy('sliced', 'metric_ranks', ['key'], ['slices'])},
  ${replaceBy('pieces', 'ranked_values', ['key', 'lowest'], ['before', 'ascending'])},
  ${replaceBy(
    'measured',
    'metric_days',
    ['key', 'framework', 'octave'],
    ['runs', 'total', 'squares', 'lowest', 'highest', 'buckets', 'bucket_runs'],
  )}
  select`);
