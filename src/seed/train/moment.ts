/** Now, as RFC 3339 UTC to the microsecond, which Date does not have. */
export function now(): string {
  const us = Math.round((performance.timeOrigin + performance.now()) * 1_000);
  const seconds = new Date(us / 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(us % 1_000_000).padStart(6, '0')}Z`;
}
