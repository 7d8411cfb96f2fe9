import { z } from 'zod';
import { ModelGraphError } from '../errors.ts';
import { faultOfKeyName } from '../key-name.ts';
import { type ModelName, parseModelName } from '../model-name.ts';

// The parts that inputs of operations are made of. What is optional may be null too: GraphQL does not tell them apart.

/** Text that PostgreSQL can hold: without NUL and halves of characters, of at most `most` characters. */
const anyText = (most: number) =>
  z
    .string({ error: 'give a text' })
    .max(most, `can have at most ${most} characters`)
    .refine((value) => !/[\0\p{Cs}]/u.test(value), 'cannot hold NUL or half of a character');

/** The same, of at least one character. */
export const text = (most: number) => anyText(most).min(1, 'cannot be empty');

export const modelName = z
  .string({ error: 'give a model’s name' })
  .transform((value, { addIssue }): ModelName => {
    try {
      return parseModelName(value, []);
    } catch (error) {
      if (!(error instanceof ModelGraphError)) throw error;
      addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

/** The name of a leaderboard or of a feature view. */
export const keyName = z.string({ error: 'give a name' }).superRefine((name, { addIssue }) => {
  const fault = faultOfKeyName(name);
  if (fault) addIssue({ code: 'custom', message: fault });
});

/** One write, however often it is sent: at most 200 characters, chosen by the client. */
export const idempotencyKey = text(200).nullish();

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** A whole number of 64 bits, given as a number or as decimal text, as text. */
export const int64 = z
  .union([z.string().regex(/^-?\d{1,19}$/), z.int(), z.bigint()], {
    error: 'give a whole number; beyond 2^53 as text',
  })
  .transform(BigInt)
  .refine((value) => value >= least && value <= greatest, 'is beyond 64 bits')
  .transform(String);

const rfc3339 = 'give RFC 3339, such as 2026-11-23T20:11:05.123456Z';

/** RFC 3339 of the years 1 to 9999 with at most microseconds, as UTC with six decimals: as text the later is greater. */
export const moment = z.iso
  .datetime({ offset: true, error: rfc3339 })
  .refine((text) => !/\.\d{7}/.test(text), 'can have at most six decimals')
  .transform(toUtc)
  .refine((text) => /^(?!0000)\d{4}-/.test(text), rfc3339);

/** A moment as its stores tell it, too, in the one form in which moments can be compared as text. */
export function toUtc(text: string): string {
  const [, seconds, decimals = '', zone] = /^([^.Z+]+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const utc = new Date(`${seconds}${zone}`);
  return Number.isNaN(utc.getTime()) ? '' : `${utc.toISOString().slice(0, -5)}.${decimals.padEnd(6, '0')}Z`;
}

export const uuid = z.uuid({ error: 'give an id' });

const wholeUpTo = (least: number, most: number, message: string) =>
  z.int(message).min(least, message).max(most, message);

/** A version's number. */
export const versionNumber = wholeUpTo(1, 2 ** 31 - 1, 'give a version’s number, from 1');

/** A share of traffic. */
export const percent = wholeUpTo(0, 100, 'give a whole number from 0 to 100');

/** Known values and nothing else; the message lists them. */
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `give one of ${values.join(', ')}` });

const tag = z.object({ key: text(200), value: anyText(2_000) });

/** Tags by key; a key given twice is a fault. */
export const tags = z
  .array(tag)
  .max(100, 'give at most 100 tags')
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, 'each key can be there once')
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value])))
  .nullish();
