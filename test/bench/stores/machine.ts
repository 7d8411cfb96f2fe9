import { cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Machine } from './results.ts';

/** The mean number of processes that wanted to run, over the last minute. */
export const currentLoad = (): number => loadavg()[0] ?? Number.NaN;

/** This machine, now that the measuring is over; it names no host. */
export const describeMachine = (loadBefore: number): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.versions.node,
  loadBefore,
  loadAfter: currentLoad(),
});
