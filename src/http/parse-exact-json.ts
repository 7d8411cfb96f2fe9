import { exactInteger } from '../graphql/exact-integer.ts';

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
  const pieces: string[] = [];
  let wraps = false;
  const wrap = (digits: string) => {
    const value = exactInteger(digits);
    if (typeof value === 'number') return digits;
    wraps = true;
    return `{"${wrapper}":"${value}"}`;
  };
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const end = open === -1 ? text.length : endOfString(text, open);
    pieces.push(text.slice(at, open === -1 ? end : open).replace(longInteger, wrap));
    if (open !== -1) pieces.push(text.slice(open, end));
    at = end;
  }
  return wraps ? pieces.join('') : undefined;
}

/** Where a string that opens at `open` is over; the end of the text when it does not close, which JSON.parse will tell. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (text[close - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return close + 1;
  }
  return text.length;
}

function unwrap(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, wrapper)) return value;
  return BigInt((value as Record<string, string>)[wrapper] ?? 0);
}
