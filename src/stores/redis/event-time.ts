/** RFC 3339 with at most six decimals → whole microseconds since 1970, which a double holds exactly until 2255. */
export function toMicroseconds(moment: string): number {
  const [, seconds = '', decimals = '', zone = ''] = /^(.{19})(?:\.(\d{1,6}))?(.*)$/.exec(moment) ?? [];
  return Date.parse(seconds + zone) * 1_000 + Number(decimals.padEnd(6, '0'));
}

/** Whole microseconds since 1970 → RFC 3339 in UTC, with the decimals it needs. */
export function toMoment(microseconds: number): string {
  if (microseconds !== last.microseconds) last = { microseconds, moment: momentOf(microseconds) };
  return last.moment;
}

/** Values that were written together have one event time. */
let last = { microseconds: Number.NaN, moment: '' };

function momentOf(microseconds: number): string {
  const seconds = new Date(Math.floor(microseconds / 1e6) * 1_000).toISOString().slice(0, 19);
  const decimals = String(microseconds % 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${seconds}${decimals && '.'}${decimals}Z`;
}
