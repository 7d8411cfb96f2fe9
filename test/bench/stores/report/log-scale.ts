/** Values → places, by their logarithms. */
export interface LogScale {
  at(value: number): number;
  /** 1, 10, 100 … within; 2 and 5 as well where there are few. */
  readonly ticks: readonly number[];
}

/** From the smallest to the largest of the values, both with a little room, over so many units from `left`. */
export function logScale(values: readonly number[], left: number, width: number): LogScale {
  const [low, high] = [Math.log10(Math.min(...values)) - 0.08, Math.log10(Math.max(...values)) + 0.08];
  const at = (value: number) => left + ((Math.log10(value) - low) / (high - low)) * width;
  const digits = high - low > 2.5 ? [1] : high - low > 1.5 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power += 1)
    for (const digit of digits) {
      const tick = digit * 10 ** power;
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick);
    }
  return { at, ticks };
}

/** How many of the sorted values lie in each of `bins` equal parts of their logarithms' range, smoothed; the most is 1. */
export function logDensity(
  sorted: ArrayLike<number>,
  bins: number,
): { readonly value: number; readonly share: number }[] {
  const [low, high] = [
    Math.log10(Math.max(1, sorted[0] ?? 1)),
    Math.log10(Math.max(1, sorted[sorted.length - 1] ?? 1)),
  ];
  const width = Math.max((high - low) / bins, 1e-6);
  const counts = new Array<number>(bins).fill(0);
  for (const value of Array.from(sorted)) {
    const bin = Math.min(bins - 1, Math.floor((Math.log10(Math.max(1, value)) - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const smooth = counts.map((_, n) =>
    [-2, -1, 0, 1, 2].reduce((sum, d) => sum + (counts[n + d] ?? 0) * (3 - Math.abs(d)), 0),
  );
  const most = Math.max(...smooth);
  return smooth.map((count, n) => ({ value: 10 ** (low + (n + 0.5) * width), share: count / most }));
}
