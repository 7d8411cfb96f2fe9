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

/** When it was true, in whole microseconds since 1970. Fails with STORE_CORRUPT. */
export function decodeEvent(text: string): number {
  // By hand, and apart from the value: a question may be of 20,000, and JSON.parse would make an array of each.
  let microseconds = 0;
  let n = 1;
  for (let code = text.charCodeAt(n); code >= zero && code <= nine; code = text.charCodeAt(++n))
    microseconds = microseconds * 10 + (code - zero);
  const isWhole = n === 2 || (n > 2 && text.charCodeAt(1) !== zero && Number.isSafeInteger(microseconds));
  if (isWhole && text[0] === '[' && text[n] === ',' && text[text.length - 1] === ']') return microseconds;
  throw corruptField(text);
}

/** What a field holds whose event can be decoded: any JSON. Fails with STORE_CORRUPT. */
export function decodeValue(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf(',') + 1, -1));
  } catch {
    throw corruptField(text);
  }
}

/** What the field of the ttl holds; undefined: it is not there. Fails with STORE_CORRUPT. */
export function decodeTtlSeconds(text: string | null | undefined): number | undefined {
  if (text == null) return undefined;
  decodeEvent(text);
  const seconds = decodeValue(text);
  if (typeof seconds === 'number' && seconds > 0) return seconds;
  throw corruptField(text);
}

const zero = 48;
const nine = 57;

const corruptField = (text: string) => corrupt(expectedFeatures, text.slice(0, 100));
