import { type CellName, keyOf, type Results } from '../results.ts';
import { exceeds, noiseOf } from './find-winner.ts';
import { summarize } from './summarize.ts';

/** One cell in two runs; `factor` is new operations per second by old. */
export interface Change {
  readonly cell: CellName;
  readonly kind: 'slower' | 'faster' | 'same';
  readonly factor: number;
  readonly noise: number;
}

export interface Comparison {
  readonly changes: readonly Change[];
  /** What keeps the runs from being compared as they stand, in sentences. */
  readonly cautions: readonly string[];
}

/** Cells measured in both runs, in the order of the new. What changed by less than the noise is `same`, and so is one without. */
export function compareResults(old: Results, now: Results): Comparison {
  const before = new Map(old.cells.map((cell) => [keyOf(cell), summarize(cell)]));
  const changes = now.cells.flatMap((cell): Change[] => {
    const [a, b] = [before.get(keyOf(cell)), summarize(cell)];
    if (!a || !b || !sameEngine(old, now, cell.store)) return [];
    const { rounds: _, state: __, ...name } = cell;
    const [factor, noise] = [b.perSecond / a.perSecond, noiseOf(a, b)];
    const beyond = exceeds(Math.max(factor, 1 / factor), noise);
    return [{ cell: name, kind: beyond ? (factor < 1 ? 'slower' : 'faster') : 'same', factor, noise }];
  });
  return { changes, cautions: cautionsOf(old, now) };
}

function cautionsOf(old: Results, now: Results): string[] {
  const cautions = now.engines
    .filter(({ store }) => !sameEngine(old, now, store))
    .map(({ store, label }) => {
      const was = old.engines.find((engine) => engine.store === store)?.label ?? 'not there';
      return `What was ${was} is ${label} now, and is left out.`;
    });
  const [a, b] = [old.machine, now.machine];
  if (a.cpu !== b.cpu || a.cores !== b.cores)
    cautions.push(`Another machine: then ${a.cores} × ${a.cpu}, now ${b.cores} × ${b.cpu}.`);
  if (a.node !== b.node) cautions.push(`Another Node.js: then ${a.node}, now ${b.node}.`);
  return cautions;
}

function sameEngine(old: Results, now: Results, store: string): boolean {
  const [a, b] = [old, now].map(({ engines }) => engines.find((engine) => engine.store === store));
  return a !== undefined && b !== undefined && a.standIn === b.standIn && a.label === b.label;
}
