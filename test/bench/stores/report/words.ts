import {
  type Cell,
  type Durability,
  type Engine,
  type GroupName,
  type StoreId,
  stopped,
  storeTitles,
} from '../results.ts';
import type { Verdict } from '../statistics/find-winner.ts';

/** Operations a second, with no more digits than they are worth. */
export function rate(perSecond: number): string {
  if (perSecond >= 9_950) return `${Number((perSecond / 1_000).toPrecision(3))}k`;
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond.toPrecision(2);
}

export const milliseconds = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toPrecision(2));

export const factorText = (factor: number): string =>
  `×${factor >= 10 ? factor.toFixed(0) : factor.toFixed(1)}`;

export const percentText = (share: number): string =>
  Number.isNaN(share) ? '?' : `±${(share * 50).toFixed(0)} %`;

export const callersText = (callers: number): string => `${callers} ${callers === 1 ? 'caller' : 'callers'}`;

export const sizeText = (size: number): string => `${size.toLocaleString('en')} entities`;

export const durabilityText: Readonly<Record<Durability, string>> = {
  memory: 'answered before the disk has it',
  disk: 'answered when the disk has it',
};

/** Where a group's operations went, such as `through GraphQL`. */
export const routeText = ({ route }: Pick<GroupName, 'route'>): string =>
  route === 'client' ? 'by the client' : 'through GraphQL';

export function verdictText(verdict: Verdict): string {
  if (verdict.kind === 'winner') return `${storeTitles[verdict.store]} ${factorText(verdict.factor)}`;
  if (verdict.kind === 'none') return '–';
  return 'within the noise';
}

/** Why a cell shows nothing, in a word; the reason stands beneath the table. */
export function emptyText(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (cell.state === 'not-applicable') return 'n/a';
  return cell.reason === stopped ? 'stopped' : 'failed';
}

export const isStandIn = (engines: readonly Engine[], store: StoreId): boolean =>
  engines.some((engine) => engine.store === store && engine.standIn);

/** What there is to say about cells without figures, each reason once. */
export function reasonsOf(cells: readonly Cell[]): string[] {
  const reasons = cells.flatMap((cell) => {
    if (cell.state === 'measured' || cell.reason === undefined || cell.reason === stopped) return [];
    const where = cell.route === 'gateway' ? ' through GraphQL' : '';
    return [{ of: `${storeTitles[cell.store]}${where}, ${emptyText(cell)}: ${cell.reason}`, row: cell.row }];
  });
  const rowsOf = new Map<string, Set<string>>();
  for (const { of, row } of reasons) rowsOf.set(of, (rowsOf.get(of) ?? new Set()).add(row));
  return [...rowsOf].map(([reason, rows]) => `${reason} (${[...rows].join(', ')})`);
}
