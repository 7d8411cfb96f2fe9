import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * The bucket of a finite double, in the order of values: 64 in each octave. A double's bits are in its order: the first
 * eleven after the sign are the exponent, the next the fraction. https://en.wikipedia.org/wiki/Double-precision_floating-point_format
 */
export function bucketOf(value: SQLWrapper): SQL {
  const bits = sql`float8send(abs(${value}))`;
  const first = sql`((get_byte(${bits}, 0) << 10) | (get_byte(${bits}, 1) << 2) | (get_byte(${bits}, 2) >> 6))`;
  // Below zero the order turns around: all bits inverted, as for -1 - first.
  return sql`(${first} # case when ${value} < 0 then -1 else 0 end)`;
}

/** From one power of two to the next, in the order of values. */
export const octaveOf = (bucket: SQLWrapper): SQL => sql`(${bucket} >> 6)`;

/** Whether a value is in a bucket or in a later one, said as an index can use it. */
export function isFrom(value: SQLWrapper, bucket: SQLWrapper): SQL {
  const edge = sql`(sign(${bucket}) * ${double(sql`abs(${bucket})`)})`;
  // An edge below zero is the last value of the bucket before.
  return sql`${value} >= ${edge} and (${bucket} >= 0 or ${value} > ${edge})`;
}

/** The double at which a bucket at or above zero begins: 64 and the fraction's first bits, times a power of two. */
function double(bucket: SQLWrapper): SQL {
  const ofExponent = (exponent: SQL) => sql`(2::float8 ^ ${exponent})`;
  const fraction = sql`(${bucket} & 63)`;
  return sql`case when ${bucket} < 64 then ${fraction} * ${ofExponent(sql`(-1028)`)}
    when ${bucket} < 131008 then (64 + ${fraction}) * ${ofExponent(sql`((${bucket} >> 6) - 1029)`)} else 'Infinity' end`;
}
