import { accuracy, f1, logLoss, mean, precision, recall, rocAuc } from './metrics.ts';

/** What a model answered about rows whose classes are known. */
export interface Answers {
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
  readonly scores: readonly (readonly number[])[];
  readonly classCount: number;
  readonly probabilistic: boolean;
}

/**
 * The metrics by key. With two classes precision, recall, f1 and auc are those of the second ("fraud"); with
 * more, the mean over the classes. NaN where a metric is not defined.
 */
export function evaluate({
  actual,
  predicted,
  scores,
  classCount,
  probabilistic,
}: Answers): Record<string, number> {
  const labels = classCount === 2 ? [1] : [...Array(classCount).keys()];
  const over = (metric: (label: number) => number) => mean(labels.map(metric));
  return {
    accuracy: accuracy(actual, predicted),
    precision: over((label) => precision(actual, predicted, label)),
    recall: over((label) => recall(actual, predicted, label)),
    f1: over((label) => f1(actual, predicted, label)),
    auc: over((label) =>
      rocAuc(
        actual,
        scores.map((row) => row[label] ?? Number.NaN),
        label,
      ),
    ),
    ...(probabilistic && { log_loss: logLoss(actual, scores) }),
  };
}
