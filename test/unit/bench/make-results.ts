import type { Cell, Engine, Results, StoreId } from '../../bench/stores/results.ts';

/** A cell whose rounds had so many operations a second each, all of them equally long. */
export const cellOf = (store: StoreId, rates: readonly number[], name: Partial<Cell> = {}): Cell => ({
  ...{ size: 1_000, row: 'read', route: 'client', durability: 'memory', callers: 1, state: 'measured' },
  store,
  rounds: rates.map((rate) => ({ ms: 100, samplesUs: new Array(rate / 10).fill(1_000_000 / rate) })),
  ...name,
});

export const enginesOf = (standIns: readonly StoreId[] = []): Engine[] =>
  (['postgres', 'mongo', 'redis'] as const).map((store) => ({
    store,
    label: standIns.includes(store) ? `something like ${store}` : `real ${store}`,
    standIn: standIns.includes(store),
    settings: {},
  }));

export const resultsOf = (cells: readonly Cell[], engines = enginesOf()): Results => ({
  format: 1,
  startedAt: '2026-11-01T00:00:00.000Z',
  endedAt: '2026-11-01T00:01:00.000Z',
  complete: true,
  method: { rounds: 3, secondsPerRound: 0.1 },
  machine: {
    ...{ cpu: 'a processor', cores: 2, memoryGb: 8, system: 'Linux', node: '20.19.0' },
    ...{ loadBefore: 1, loadAfter: 2 },
  },
  engines,
  cells,
});
