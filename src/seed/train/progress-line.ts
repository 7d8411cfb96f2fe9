import type { DemoRun } from '../demo-data.ts';

/** What to say of a run that has just ended: `fraud-tree  run 2 of 5  accuracy 0.948  f1 0.696  0.9 s`. */
export function progressLine({ key, status, startedAt, endedAt, metrics }: DemoRun, runs: number): string {
  const [name = '', number = ''] = key.split('/');
  const measured = (metric: string) => metrics.find((one) => one.key === metric)?.value;
  const { value, step } = metrics.filter((one) => one.key === 'loss').at(-1) ?? {};
  const result =
    status === 'FAILED'
      ? `FAILED, loss ${value} at step ${step}`
      : ['accuracy', 'f1'].map((metric) => `${metric} ${Number(measured(metric)).toFixed(3)}`).join('  ');
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  const run = `${name.padEnd(17)} run ${Number(number)} of ${runs}`;
  return `${run}  ${result.padEnd(27)} ${seconds.toFixed(1).padStart(5)} s`;
}
