import { exactInteger } from '../graphql/exact-integer.ts';
import { replaceOutsideStrings } from '../json-text.ts';

// JSON.parse rounds integers beyond 2^53, and tells nobody. https://github.com/tc39/proposal-json-parse-with-source
// helps only from Node.js 21 on; until then such integers are wrapped in the text, and unwrapped while it is parsed.
const longInteger = /(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/g;

// Nobody outside this process can write it.
const wrapper = `bigint:${crypto.randomUUID()}`;

/** As JSON.parse, but an integer that a number would round is a bigint. */
export function parseExactJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const wrapped = wrapOutsideStrings(text);
  return wrapped === undefined ? JSON.parse(text) : JSON.parse(wrapped, unwrap);
}

/** The text with its long integers wrapped; undefined when there is none that needs it. */
function wrapOutsideStrings(text: string): string | undefined {
  let wraps = false;
  const wrap = (digits: string) => {
    const value = exactInteger(digits);
    if (typeof value === 'number') return digits;
    wraps = true;
    return `{"${wrapper}":"${value}"}`;
  };
  const wrapped = replaceOutsideStrings(text, longInteger, wrap);
  return wraps ? wrapped : undefined;
}

function unwrap(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, wrapper)) return value;
  return BigInt((value as Record<string, string>)[wrapper] ?? 0);
}
