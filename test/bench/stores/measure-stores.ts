import { type OpenGateway, openGateway } from './graphql/open-gateway.ts';
import { measureRounds, type Task } from './measure-rounds.ts';
import { type Benches, benchConfig } from './open-benches.ts';
import { NotApplicable, type Operation } from './operation.ts';
import {
  type Cell,
  type CellName,
  type Durability,
  type Engine,
  type Route,
  stopped,
  storeIds,
  storeTitles,
} from './results.ts';
import type { Row } from './rows.ts';
import { type OpenRuns, reasonOf, type StoreBench } from './store-bench.ts';

export interface MeasureOptions {
  readonly benches: Benches;
  readonly rows: readonly Row[];
  readonly sizes: readonly number[];
  readonly callers: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
  /** What is measured now, and of how many visits it is which. */
  readonly onVisit: (cell: CellName, done: number, total: number) => void;
}

/** All cells, and by store and durability what its settings were. Nothing of what it created is left, whatever happens. */
export async function measureStores(
  options: MeasureOptions,
): Promise<{ cells: Cell[]; settings: Map<string, Engine['settings']> }> {
  const cells: Cell[] = [];
  const settings = new Map<string, Engine['settings']>();
  const durable = options.rows.filter(({ writes }) => writes);
  for (const size of options.sizes) {
    const phases = [
      { size, durability: 'memory', rows: options.rows },
      { size, durability: 'disk', rows: durable },
    ] as const;
    for (const phase of phases) {
      if (options.signal.aborted || phase.rows.length === 0) continue;
      cells.push(...(await measurePhase(options, phase, settings)));
    }
  }
  return { cells, settings };
}

interface Phase {
  readonly size: number;
  readonly durability: Durability;
  readonly rows: readonly Row[];
}

type Opened = OpenRuns | NotApplicable | string;

async function measurePhase(
  { benches, callers, rounds, seconds, signal, onStep, onVisit }: MeasureOptions,
  { size, durability, rows }: Phase,
  settings: Map<string, Engine['settings']>,
): Promise<Cell[]> {
  const opened = new Map<string, Opened>();
  let gateway: OpenGateway | string | undefined;
  try {
    for (const store of storeIds) {
      const bench = benches.there.get(store);
      onStep(
        `${storeTitles[store]}: ${size.toLocaleString('en')} runs${durability === 'disk' ? ', durable' : ''}`,
      );
      const runs = bench ? await tryOpen(bench, size, durability, signal) : (benches.down.get(store) ?? '');
      opened.set(store, runs);
      if (typeof runs !== 'string' && !(runs instanceof NotApplicable))
        settings.set(store, { ...settings.get(store), [durability]: runs.settings });
    }
    if (durability === 'memory') {
      onStep(`gateway: ${size.toLocaleString('en')} models`);
      gateway = await tryGateway(benches, opened, { size, callers: Math.max(...callers), signal });
    }
    const named = cellNames(rows, { size, durability, callers });
    const found = named.map((name) => ({ name, operation: operationOf(name, { benches, opened, gateway }) }));
    const tasks = found.flatMap(({ name, operation }): Task[] =>
      typeof operation === 'function' ? [{ ...name, operation, settle: settleOf(name, rows, gateway) }] : [],
    );
    onStep(`measuring ${tasks.length} figures in ${rounds} rounds`);
    let done = 0;
    const total = tasks.length * (rounds + 1);
    const measured = await measureRounds(tasks, {
      rounds,
      seconds,
      signal,
      onVisit: (cell) => onVisit(cell, done++, total),
    });
    const rest = found.flatMap(({ name, operation }): Cell[] => {
      if (typeof operation === 'function') return [];
      const state = operation instanceof NotApplicable ? 'not-applicable' : 'failed';
      return [
        {
          ...name,
          state,
          reason: operation instanceof NotApplicable ? operation.reason : operation,
          rounds: [],
        },
      ];
    });
    return [...measured, ...rest];
  } finally {
    onStep('removing what was created');
    if (typeof gateway === 'object') await gateway.close();
    for (const runs of opened.values())
      if (typeof runs !== 'string' && !(runs instanceof NotApplicable)) await runs.close();
  }
}

async function tryOpen(
  bench: StoreBench,
  size: number,
  durability: Durability,
  signal: AbortSignal,
): Promise<Opened> {
  try {
    return await bench.open(size, durability, signal);
  } catch (error) {
    return signal.aborted ? stopped : reasonOf(bench.store, error);
  }
}

async function tryGateway(
  benches: Benches,
  opened: ReadonlyMap<string, Opened>,
  options: { size: number; callers: number; signal: AbortSignal },
): Promise<OpenGateway | string> {
  const alive = new Set(
    storeIds.filter((store) => typeof opened.get(store) === 'object' && benches.there.get(store)?.gatewayUrl),
  );
  try {
    return await openGateway({ config: benchConfig(benches), alive, ...options });
  } catch (error) {
    if (options.signal.aborted) return stopped;
    return `the gateway could not be filled or started: ${error instanceof Error ? error.message : error}`;
  }
}

function cellNames(
  rows: readonly Row[],
  { size, durability, callers }: { size: number; durability: Durability; callers: readonly number[] },
): CellName[] {
  const routes: Route[] = durability === 'memory' ? ['client', 'gateway'] : ['client'];
  return rows.flatMap(({ id: row }) =>
    routes.flatMap((route) =>
      callers.flatMap((count) =>
        storeIds.map((store) => ({ size, row, route, durability, callers: count, store })),
      ),
    ),
  );
}

/** What a cell does; or why it cannot be. */
function operationOf(
  { store, row, route }: CellName,
  {
    benches,
    opened,
    gateway,
  }: {
    benches: Benches;
    opened: ReadonlyMap<string, Opened>;
    gateway: OpenGateway | string | undefined;
  },
): Operation | NotApplicable | string {
  const runs = opened.get(store) ?? '';
  if (typeof runs === 'string' || runs instanceof NotApplicable) return runs;
  if (route === 'client') return runs.operations[row];
  if (benches.there.get(store)?.gatewayUrl === undefined)
    return new NotApplicable('no gateway in another process can join it');
  if (typeof gateway !== 'object') return gateway ?? '';
  return gateway.operations[store][row];
}

const settleOf = (
  { route, row }: CellName,
  rows: readonly Row[],
  gateway: OpenGateway | string | undefined,
) =>
  route === 'gateway' && typeof gateway === 'object' && rows.some(({ id, writes }) => id === row && writes)
    ? gateway.settle
    : undefined;
