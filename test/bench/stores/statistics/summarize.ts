import type { Cell, Round } from '../results.ts';

/** A cell in numbers. Percentiles are of all its operations; the rest is by round. */
export interface Summary {
  readonly operations: number;
  /** The median of the rounds. */
  readonly perSecond: number;
  /** The lowest and highest of the rounds. */
  readonly perSecondRange: readonly [number, number];
  /** How far the rounds lie apart: (highest - lowest) / median. NaN with fewer than two, which is no noise known. */
  readonly noise: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

// Everything that shows a cell asks, and there may be fifty thousand samples to sort.
const known = new WeakMap<readonly Round[], Summary>();

/** Cell → numbers; undefined where nothing was measured. */
export function summarize({ state, rounds }: Pick<Cell, 'state' | 'rounds'>): Summary | undefined {
  if (state !== 'measured' || rounds.length === 0) return undefined;
  const summary = known.get(rounds) ?? summaryOf(rounds);
  known.set(rounds, summary);
  return summary;
}

function summaryOf(rounds: readonly Round[]): Summary {
  const rates = rounds.map(perSecondOf);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const sorted = sortedSamples(rounds);
  const ms = (share: number) => percentile(sorted, share) / 1_000;
  return {
    operations: sorted.length,
    perSecond: median(rates),
    perSecondRange: [low, high],
    noise: rates.length < 2 ? Number.NaN : (high - low) / median(rates),
    p50Ms: ms(0.5),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
  };
}

/** How long each operation of the rounds took, in microseconds, ascending. */
export const sortedSamples = (rounds: readonly Round[]): Float64Array =>
  Float64Array.from(rounds.flatMap(({ samplesUs }) => samplesUs)).sort();

/** The smallest of sorted values that at least this share of them does not exceed; NaN of none. */
export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

const perSecondOf = ({ ms, samplesUs }: Round) => samplesUs.length / (ms / 1_000);

/** The middle one, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
