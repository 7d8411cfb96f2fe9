import { z } from 'zod';
import { toMicroseconds } from '../stores/redis/event-time.ts';
import type { WrittenFeatures } from '../stores/redis/write-features.ts';
import { featureValues } from './feature-values.ts';
import { keyName, moment, text } from './inputs.ts';
import { defineOperation } from './operation.ts';

const longestTtlSeconds = 10 * 365 * 86_400;
const furthestAheadMs = 86_400_000;
const mostValues = 100_000;

const eventTimestamp = moment
  .refine((value) => !/\.\d{7}/.test(value), 'can have at most microseconds')
  .transform(toMicroseconds)
  .refine((microseconds) => microseconds >= 0, 'cannot be before 1970')
  .refine(
    (microseconds) => microseconds <= (Date.now() + furthestAheadMs) * 1_000,
    'cannot be more than a day ahead: later events would count as older',
  );

const featureRow = z.object({ entity: text(500), eventTimestamp, values: featureValues });

const putFeaturesInput = z.object({
  view: keyName,
  ttlSeconds: z
    .int('give whole seconds')
    .min(1, 'give at least 1 second')
    .max(longestTtlSeconds, `give at most ${longestTtlSeconds} seconds`),
  rows: z
    .array(featureRow)
    .min(1, 'give at least one row')
    .max(10_000, 'give at most 10000 rows')
    .refine(
      (rows) => rows.reduce((sum, { values }) => sum + values.length, 0) <= mostValues,
      `give at most ${mostValues} values in all`,
    ),
});

export type PutFeaturesSuccess = WrittenFeatures;

/**
 * Writes features of many entities; a value is skipped when one of a newer event is there, and of equal events the last
 * one written stays. Harmless to repeat. When Redis fails midway some rows are written: send them all again.
 */
export const putFeatures = defineOperation(
  putFeaturesInput,
  ({ stores, request }, { view, ttlSeconds, rows }): Promise<PutFeaturesSuccess> => {
    const written = rows.map(({ eventTimestamp: eventMicroseconds, ...row }) => ({
      ...row,
      eventMicroseconds,
    }));
    return stores.redis.writeFeatures(
      { operation: 'putFeatures', request },
      { view, ttlSeconds, rows: written },
    );
  },
);
