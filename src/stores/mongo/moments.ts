const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}(?::\d{2})?)$/;

/**
 * A moment of RFC 3339, or as PostgreSQL writes it, → UTC with six decimals, so that texts compare as the moments do.
 * PostgreSQL leaves zeros at the end out. Throws a RangeError for what is no moment of the years 0 to 9999.
 */
export function toFixedMoment(text: string): string {
  const [, day, time, decimals = '', zone = ''] = parts.exec(text) ?? [];
  // JavaScript would find a moment in almost any text.
  if (day === undefined) throw new RangeError(`Not a moment: ${text}`);
  // Only whole seconds pass through a Date, which knows no microseconds.
  const seconds = new Date(`${day}T${time}${/:|Z/.test(zone) ? zone : `${zone}:00`}`).toISOString();
  return `${seconds.slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}.${decimals.padEnd(6, '0')}Z`;
}
