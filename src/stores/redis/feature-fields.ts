import { corrupt } from './ask.ts';

// The fields of an entity's hash; what each holds is JSON: [event time in microseconds since 1970, value].

/** For how many seconds after their event times the values are fresh: itself a value, of the newest row. */
export const ttlField = 'ttl';

const prefix = 'v:';

/** The prefix lets a feature be called anything: ttl, nothing at all, or what every JavaScript object has. */
export const featureField = (name: string) => `${prefix}${name}`;

/** Field → feature's name; undefined: it holds no feature. */
export const featureOfField = (field: string) =>
  field.startsWith(prefix) ? field.slice(prefix.length) : undefined;

export const expectedFeatures = 'features with their event times';

/** When it was true, in microseconds since 1970, and any JSON. */
export type TimedValue = readonly [eventMicroseconds: number, value: unknown];

/** What a field holds; undefined: it is not there. Fails with STORE_CORRUPT. */
export function decodeTimedValue(text: string | null | undefined): TimedValue | undefined {
  if (text == null) return undefined;
  const parsed = parseJson(text);
  if (!isTimedValue(parsed)) throw corrupt(expectedFeatures, text.slice(0, 100));
  return parsed;
}

/** As `decodeTimedValue`, for the field of the ttl. */
export function decodeTtlSeconds(text: string | null | undefined): number | undefined {
  const seconds = decodeTimedValue(text)?.[1];
  if (seconds === undefined || (typeof seconds === 'number' && seconds > 0)) return seconds;
  throw corrupt(expectedFeatures, seconds);
}

// By hand: a question may be of 20,000 values.
const isTimedValue = (parsed: unknown): parsed is TimedValue =>
  Array.isArray(parsed) && parsed.length === 2 && Number.isSafeInteger(parsed[0]) && parsed[0] >= 0;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
