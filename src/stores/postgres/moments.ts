import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** The mean of a group's finite values; null for none. */
export const meanOf = (value: SQLWrapper): SQL => withoutOverflow(sql`avg`, value);

/** The standard deviation of the sample; null for fewer than two values, and where no double can hold it. */
export const deviationOf = (value: SQLWrapper): SQL => withoutOverflow(sql`stddev_samp`, value);

/**
 * Both add up squares, and that of a large double overflows, which would fail the statement and with it all that was
 * asked in the same tick; a loss that diverged is such a number. A group that has one is scaled by a power of two,
 * which changes no digit; what is too small to matter in its sum is left out of it.
 */
function withoutOverflow(aggregate: SQL, value: SQLWrapper): SQL {
  const scale = sql`(2::float8 ^ 600)`;
  const scaled = sql`${aggregate}(case when abs(${value}) < 1 then 0 else ${value} / ${scale} end)`;
  return sql`case when max(abs(${value})) < 1e140 then ${aggregate}(${value}) filter (where abs(${value}) < 1e140)
    when abs(${scaled}) <= 1.7976931348623157e308 / ${scale} then ${scaled} * ${scale} end`;
}
