import { createPick } from './entities.ts';
import type { Operation } from './operation.ts';
import { type Cell, type CellName, groupsOf, keyOf, type Round, stopped } from './results.ts';
import { rowOf } from './rows.ts';
import { median } from './statistics/summarize.ts';
import { reasonOf } from './store-bench.ts';
import { visit } from './visit.ts';

/** What is to be measured. `settle` waits until what it wrote has come to rest. */
export interface Task extends CellName {
  readonly operation: Operation;
  readonly settle?: (() => Promise<void>) | undefined;
}

interface RoundsOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Before each visit. */
  readonly onVisit: (task: CellName) => void;
}

interface Progress {
  readonly rounds: Round[];
  spentMs: number;
  /** How long one operation took in the last round. */
  medianMs?: number;
  failure?: string;
  skipped?: string;
}

/** What takes a caller alone that long is not asked by many at once: they would only queue, for minutes. */
const longMs = 500;

/** A cell whose visits take that much longer than their share gets two rounds and no more. */
const patience = 4;

/**
 * Measures all tasks in every round, the stores of a group one after the other and each round another of them first, so that
 * what happens to the machine meanwhile happens to all. Round 0 warms up and is not kept. A task that fails is given up,
 * the others go on. When the signal aborts, what was measured so far is returned.
 */
export async function measureRounds(tasks: readonly Task[], options: RoundsOptions): Promise<Cell[]> {
  const { rounds, seconds, signal, onVisit } = options;
  const progress = new Map(tasks.map((task): [Task, Progress] => [task, { rounds: [], spentMs: 0 }]));
  const alone = new Map(tasks.map((task) => [task, tasks.find((other) => isAloneOf(other, task))]));
  const allowedMs = patience * (rounds + 1) * seconds * 1_000;
  for (let round = 0; round <= rounds; round += 1) {
    for (const task of groupsOf(tasks).flatMap(({ cells }) => rotated(cells, round))) {
      if (signal.aborted) break;
      onVisit(task);
      const state = progress.get(task) as Progress;
      const aloneMs = progress.get(alone.get(task) as Task)?.medianMs ?? 0;
      if (aloneMs > longMs) state.skipped = `one operation alone takes ${(aloneMs / 1_000).toFixed(1)} s`;
      const overdue = state.spentMs > allowedMs && state.rounds.length >= 2;
      if ((state.failure ?? state.skipped) === undefined && !overdue)
        await visitOnce(task, state, round, options);
    }
  }
  return tasks.map((task) => toCell(task, progress.get(task) as Progress));
}

async function visitOnce(task: Task, state: Progress, round: number, options: RoundsOptions): Promise<void> {
  const { seconds, signal } = options;
  const from = performance.now();
  try {
    const measured = await visit(task.operation, {
      callers: task.callers,
      ms: seconds * 1_000,
      entities: rowOf(task.row).entities,
      // The same questions to each store, in each round others.
      pick: createPick(task.size, 1 + round),
      signal,
    });
    state.medianMs = median(measured.samplesUs) / 1_000;
    await task.settle?.();
    if (round > 0 && !signal.aborted) state.rounds.push(measured);
  } catch (error) {
    // Ctrl-C reaches the gateway too: what fails then says nothing about the store.
    if (!signal.aborted) state.failure = reasonOf(task.store, error);
  }
  state.spentMs += performance.now() - from;
}

const isAloneOf = (other: CellName, task: CellName) =>
  other.callers === 1 && task.callers > 1 && keyOf(other) === keyOf({ ...task, callers: 1 });

const rotated = <T>(items: readonly T[], by: number): T[] => {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
};

function toCell({ operation: _, settle: __, ...name }: Task, { rounds, failure, skipped }: Progress): Cell {
  if (skipped !== undefined) return { ...name, state: 'not-applicable', reason: skipped, rounds: [] };
  if (failure !== undefined) return { ...name, state: 'failed', reason: failure, rounds };
  if (rounds.length > 0) return { ...name, state: 'measured', rounds };
  return { ...name, state: 'failed', reason: stopped, rounds };
}
