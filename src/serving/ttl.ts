/** An answer may be given for a second to a week. */
export const ttlSecondsRange = { least: 1, most: 604_800 } as const;

const defaultTtlSeconds = 300;
/** Answers that were computed together shall not all expire together. */
const jitter = 0.1;

/** For how long an answer may be given: as asked for, else as the version's tag says, else five minutes; up to a tenth less. */
export function ttlMsOf(askedSeconds: number | null, tag: string | null): number {
  const seconds = askedSeconds ?? secondsOf(tag) ?? defaultTtlSeconds;
  return seconds * 1_000 * (1 - jitter * Math.random());
}

/** A tag that holds no such number counts as none: whoever asks for a prediction is not who wrote it. */
function secondsOf(tag: string | null): number | undefined {
  const seconds = tag !== null && /^\d{1,6}$/.test(tag) ? Number(tag) : 0;
  return seconds >= ttlSecondsRange.least && seconds <= ttlSecondsRange.most ? seconds : undefined;
}
