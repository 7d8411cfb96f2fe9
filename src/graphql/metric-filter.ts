import { badUserInput } from '../errors.ts';
import type { FloatFilter } from '../value-filter.ts';
import { checkFloatFilter, checkText } from './filters.ts';

/** Fails with BAD_USER_INPUT under `argumentPath`. */
export function checkMetricFilters(
  filters: readonly { readonly key: string; readonly is: FloatFilter }[] | null | undefined,
  argumentPath: readonly string[],
): void {
  filters?.forEach(({ key, is }, n) => {
    checkMetricKey(key, [...argumentPath, String(n), 'key']);
    checkFloatFilter(is, [...argumentPath, String(n), 'is']);
  });
}

export function checkMetricKey(key: string, argumentPath: readonly string[]): void {
  checkText(key, argumentPath);
  if (key === '' || key.length > 200)
    throw badUserInput(argumentPath, 'A metric’s name has 1 to 200 characters.');
}

/** What orders by a metric needs its name, and nothing else may have one: an argument is never ignored. */
export function checkOrderMetric(
  by: string,
  ordersByMetric: boolean,
  metric: string | null | undefined,
): void {
  const argumentPath = ['orderBy', 'metric'];
  if (ordersByMetric && metric == null) throw badUserInput(argumentPath, `${by} needs the name of a metric.`);
  if (!ordersByMetric && metric != null)
    throw badUserInput(argumentPath, `${by} does not order by a metric; leave it out.`);
  if (metric != null) checkMetricKey(metric, argumentPath);
}
