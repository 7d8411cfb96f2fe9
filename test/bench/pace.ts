/** Runs something so often a second, whether or not what was begun before is done; rejects with its first failure. */
export async function atRate(
  perSecond: number,
  until: () => boolean,
  run: (n: number) => Promise<unknown>,
): Promise<void> {
  const startedAt = performance.now();
  const running = new Set<Promise<unknown>>();
  let failure: unknown;
  for (let n = 0; !until() && failure === undefined; ) {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; n < due; n += 1) {
      const one = run(n)
        .catch((error) => (failure ??= error))
        .finally(() => running.delete(one));
      running.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
  if (failure !== undefined) throw failure;
}

/** The smallest of the values that at least this share of them does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const p50AndP99 = (values: readonly number[]) =>
  `${percentile(values, 0.5).toFixed(1)} / ${percentile(values, 0.99).toFixed(1)} ms`;
