import type { Cell, Engine, StoreId } from '../results.ts';
import { type Summary, summarize } from './summarize.ts';

/** How the stores of a group stand to each other. */
export type Verdict =
  | { readonly kind: 'winner'; readonly store: StoreId; readonly over: StoreId; readonly factor: number }
  /** The first two are nearer to each other than their rounds lie apart. */
  | {
      readonly kind: 'tie';
      readonly stores: readonly [StoreId, StoreId];
      readonly factor: number;
      readonly noise: number;
    }
  /** Fewer than two real servers were measured, or not in two rounds. */
  | { readonly kind: 'none'; readonly reason: string };

/** By operations per second of real servers: a stand-in is as if it were not there. */
export function findWinner(cells: readonly Cell[], engines: readonly Engine[]): Verdict {
  const ranked = cells
    .filter(({ store }) => engines.some((engine) => engine.store === store && !engine.standIn))
    .flatMap((cell) => {
      const summary = summarize(cell);
      return summary ? [{ store: cell.store, summary }] : [];
    })
    .sort((a, b) => b.summary.perSecond - a.summary.perSecond);
  const [best, second] = ranked;
  if (!best) return { kind: 'none', reason: 'no real server was measured' };
  if (!second) return { kind: 'none', reason: 'no other real server to compare with' };
  const factor = best.summary.perSecond / second.summary.perSecond;
  const noise = noiseOf(best.summary, second.summary);
  if (Number.isNaN(noise)) return { kind: 'none', reason: 'a single round says nothing about noise' };
  return exceeds(factor, noise)
    ? { kind: 'winner', store: best.store, over: second.store, factor }
    : { kind: 'tie', stores: [best.store, second.store], factor, noise };
}

/** Of two the larger; NaN when either is not known. */
export const noiseOf = (a: Summary, b: Summary): number => Math.max(a.noise, b.noise);

/** Whether a factor of at least 1 is a difference, or may come of the noise. */
export const exceeds = (factor: number, noise: number): boolean => factor - 1 > noise;
