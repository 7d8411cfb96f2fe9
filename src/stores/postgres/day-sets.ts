import { type SQL, sql } from 'drizzle-orm';

// Sixty-four runs are a word: adding bits up to numbers takes a fraction of the time that adding text would.
const wordOf = sql.raw('(n >> 6)');
const bitOf = sql.raw('(1::bigint << (63 - (n & 63)))');

/** Rows `(by, word, bits)` → one set for each value of `by`. Words that are not there are zero. */
function setsOf(by: string, words: SQL): SQL {
  const zeros = (count: string) => sql.raw(`repeat('0', 64 * (${count}))`);
  return sql`select ${sql.raw(by)}, (string_agg(${zeros('word - previous - 1')} || bits::bit(64)::text, '' order by word)
      || ${zeros('(select max(n) from run) / 64 - max(word)')})::bit varying as members
    from (select *, lag(word, 1, -1) over (partition by ${sql.raw(by)} order by word) as previous from (${words}) words) words
    group by ${sql.raw(by)}`;
}

// Ranks are taken apart sixteen bits at a time, in a second round where the highest needs more.
const bitsAtOnce = 16;
const perRound = sql.raw(String(bitsAtOnce));
const ranksPerRound = sql.raw(String(2 ** bitsAtOnce));
const wordsOfSlices = sql.raw(
  Array.from({ length: bitsAtOnce }, (_, bit) => `bit_or((part >> ${bit} & 1) * bit)`).join(', '),
);

/**
 * CTEs `grouped`, `linked`, `sliced` and `pieces`: what `run_days`, `dataset_days`, `metric_ranks` and `ranked_values` keep of a
 * day whose runs are the CTE `run`, numbered by `n` from zero, and whose metrics are `ended`.
 */
export const setsOfDay = sql`grouped as materialized (select *, bit_count(members) as runs from (${setsOf(
  'framework, status',
  sql`select framework, status, ${wordOf} as word, bit_or(${bitOf}) as bits from run group by 1, 2, 3`,
)}) sets),
  linked as materialized (select *, bit_count(members) as runs from (${setsOf(
    'dataset_id',
    sql`select dataset_id, ${wordOf} as word, bit_or(${bitOf}) as bits
      from run cross join lateral (select dataset_id from run_datasets where run_id = run.id offset 0) d group by 1, 2`,
  )}) sets),
  sorted as materialized (
    select key, array(select distinct value from unnest(vals) as value order by value) as ascending
    from (select key, array_agg(value) as vals from ended group by key) unsorted
  ),
  words as (
    select key, round, word, array[${wordsOfSlices}] as words from (
      select key, round, width_bucket(value, ascending) >> ${perRound} * round as part, ${wordOf} as word, ${bitOf} as bit
      from sorted join (values (0), (1)) as r (round) on cardinality(ascending) >= round * ${ranksPerRound} join ended using (key)
      offset 0) parts
    group by key, round, word
  ),
  slices as (${setsOf(
    'slice, key',
    sql`select key, ${perRound} * round + nth as slice, word, bits
      from words cross join unnest(words.words) with ordinality as b (bits, nth) where bits <> 0`,
  )}),
  sliced as materialized (select key, array_agg(members order by slice) as slices from slices group by key),
  pieces as materialized (
    select key, ascending[at] as lowest, at - 1 as before, ascending[at : at + 127] as ascending
    from sorted cross join generate_series(1, cardinality(ascending), 128) as at
  )`;
