import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** A finite double as a numeric, digit for digit: a cast alone would keep fifteen. */
export const exact = (value: SQLWrapper): SQL => sql`${value}::text::numeric`;

const greatest = sql.raw('1.7976931348623157e308');
const least = sql.raw('4.9406564584124655e-324');

/** A numeric as the nearest double: 0 where it is smaller than any, null where no double reaches. */
export const toDouble = (value: SQLWrapper): SQL =>
  sql`case when abs(${value}) < ${least} then 0 when abs(${value}) <= ${greatest} then (${value})::double precision end`;

/** The mean of so many values of that sum; null for none. */
export const meanOf = (n: SQLWrapper, total: SQLWrapper): SQL => toDouble(sql`(${total} / nullif(${n}, 0))`);

/** The standard deviation of a sample with that sum and sum of squares; null for fewer than two values, and where no double can hold it. */
export const deviationOf = (n: SQLWrapper, total: SQLWrapper, squares: SQLWrapper): SQL =>
  // Multiplied out, so that only the end is rounded: the difference may be far smaller than what it is between.
  toDouble(sql`sqrt((${n} * ${squares} - ${total} * ${total}) / nullif(${n}::numeric * (${n} - 1), 0))`);
