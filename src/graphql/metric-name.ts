import { badUserInput } from '../errors.ts';
import { checkText } from './filters.ts';

/** A metric's name, checked: 1 to 200 characters. Fails with BAD_USER_INPUT at `argumentPath`. */
export function checkMetric(metric: string, argumentPath: readonly string[]): string {
  checkText(metric, argumentPath);
  if (metric === '' || metric.length > 200)
    throw badUserInput(argumentPath, 'A metric’s name has 1 to 200 characters.');
  return metric;
}
