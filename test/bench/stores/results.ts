import type { RowId } from './rows.ts';

export const storeIds = ['postgres', 'mongo', 'redis'] as const;
export type StoreId = (typeof storeIds)[number];

export const storeTitles: Readonly<Record<StoreId, string>> = {
  postgres: 'PostgreSQL',
  mongo: 'MongoDB',
  redis: 'Redis',
};

/** By the store's own client, or by GraphQL through a gateway. */
export type Route = 'client' | 'gateway';

/** Whether a write is answered before the disk has it, or after. Reads do not differ, and count as `memory`. */
export type Durability = 'memory' | 'disk';

/** What is compared with each other: all but the store. */
export interface GroupName {
  readonly size: number;
  readonly row: RowId;
  readonly route: Route;
  readonly durability: Durability;
  readonly callers: number;
}

export interface CellName extends GroupName {
  readonly store: StoreId;
}

/** What was measured in one round: how long it was, and how long each operation took, in the order they ended. */
export interface Round {
  readonly ms: number;
  readonly samplesUs: readonly number[];
}

/** The reason of what Ctrl-C came before. */
export const stopped = 'stopped before it was measured';

/** One store in one group; `reason` says why there is nothing, or no more, to see. */
export interface Cell extends CellName {
  readonly state: 'measured' | 'failed' | 'not-applicable';
  readonly reason?: string | undefined;
  readonly rounds: readonly Round[];
}

/** Which server a store really was. */
export interface Engine {
  readonly store: StoreId;
  /** Such as `PostgreSQL 18.4, embedded`. */
  readonly label: string;
  /** It only stands in for the real server: shown, marked, and never a winner. */
  readonly standIn: boolean;
  /** Why it could not be measured at all. */
  readonly down?: string | undefined;
  /** By durability: what the server itself says of its settings. */
  readonly settings: Readonly<Partial<Record<Durability, Readonly<Record<string, string>>>>>;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Mean number of processes that wanted to run in the minute before the start and before the end. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

/** One run, as its JSON file holds it. */
export interface Results {
  readonly format: 1;
  readonly startedAt: string;
  readonly endedAt: string;
  /** False: it was stopped before its end. */
  readonly complete: boolean;
  readonly method: { readonly rounds: number; readonly secondsPerRound: number };
  readonly machine: Machine;
  readonly engines: readonly Engine[];
  readonly cells: readonly Cell[];
}

/** The name of a cell as text, to find it again in another run. */
export const keyOf = ({ size, row, route, durability, callers, store }: CellName): string =>
  [size, row, route, durability, callers, store].join(' ');

/** Cells by group, in the order in which groups first come. */
export function groupsOf<C extends CellName>(cells: readonly C[]): { name: GroupName; cells: C[] }[] {
  const groups = new Map<string, { name: GroupName; cells: C[] }>();
  for (const cell of cells) {
    const key = keyOf({ ...cell, store: 'postgres' });
    const group = groups.get(key) ?? { name: cell, cells: [] };
    group.cells.push(cell);
    groups.set(key, group);
  }
  return [...groups.values()];
}
