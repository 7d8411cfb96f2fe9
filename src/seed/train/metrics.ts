/** Share of rows whose class was predicted. */
export function accuracy(actual: readonly number[], predicted: readonly number[]): number {
  return actual.filter((label, n) => label === predicted[n]).length / actual.length;
}

/** Of the rows predicted to be of a class, the share that are; NaN when none was predicted. */
export function precision(actual: readonly number[], predicted: readonly number[], label: number): number {
  return truePositives(actual, predicted, label) / count(predicted, label);
}

/** Of the rows of a class, the share predicted so; NaN when there are none. */
export function recall(actual: readonly number[], predicted: readonly number[], label: number): number {
  return truePositives(actual, predicted, label) / count(actual, label);
}

/** Harmonic mean of precision and recall; 0 when no row of the class was found, NaN when there is none. */
export function f1(actual: readonly number[], predicted: readonly number[], label: number): number {
  return (2 * truePositives(actual, predicted, label)) / (count(predicted, label) + count(actual, label));
}

/** Rows by actual class, columns by predicted class. */
export function confusionMatrix(
  actual: readonly number[],
  predicted: readonly number[],
  classCount: number,
): number[][] {
  const labels = [...Array(classCount).keys()];
  return labels.map((row) =>
    labels.map((column) => actual.filter((label, n) => label === row && predicted[n] === column).length),
  );
}

/**
 * The chance that a row of the class scores higher than one that is not, ties counting half.
 * NaN when there are no two rows to compare or a score is NaN.
 */
export function rocAuc(actual: readonly number[], scores: readonly number[], label: number): number {
  if (scores.some(Number.isNaN)) return Number.NaN;
  const order = [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const positives = count(actual, label);
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from] ?? 0];
    let to = from;
    while (to < order.length && scores[order[to] ?? 0] === score) to += 1;
    const tied = order.slice(from, to).filter((n) => actual[n] === label).length;
    rankSum += tied * ((from + 1 + to) / 2);
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (actual.length - positives));
}

/** Mean of -log(probability given to the actual class); Infinity when one was 0. Not clipped. */
export function logLoss(actual: readonly number[], probabilities: readonly (readonly number[])[]): number {
  return mean(actual.map((label, n) => -Math.log(probabilities[n]?.[label] ?? Number.NaN)));
}

/** NaN as soon as one value is NaN. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function truePositives(actual: readonly number[], predicted: readonly number[], label: number): number {
  return actual.filter((one, n) => one === label && predicted[n] === label).length;
}

function count(labels: readonly number[], label: number): number {
  return labels.filter((one) => one === label).length;
}
