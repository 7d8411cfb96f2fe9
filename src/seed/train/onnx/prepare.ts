import { type Preparation, scaledDecimals } from '../preparation.ts';
import type { Feature } from '../table.ts';
import { bytes, type Graph, integers, scalar, vector } from './graph.ts';

/** Adds what makes rows as they were measured ready for the model: the same as `prepareRows` does. */
export function addPreparation(
  graph: Graph,
  rows: string,
  { features, preparation }: { readonly features: readonly Feature[]; readonly preparation: Preparation },
): string {
  const { features: chosen, log1p, 'scaler.mean': means, 'scaler.std': deviations } = preparation;
  const positions = chosen.map((name) => features.findIndex((feature) => feature.name === name));
  const isWhole = positions.length === features.length && positions.every((position, n) => position === n);
  const selected = isWhole
    ? rows
    : graph.add('Gather', [rows, graph.constant('selected', integers(positions))], {
        attributes: { axis: 1 },
      });
  const shortened = log1p.some((name) => chosen.includes(name))
    ? addLog1p(graph, selected, preparation)
    : selected;
  if (!means || !deviations) return shortened;
  const centred = graph.add('Sub', [shortened, graph.constant('scaler.mean', vector(means))]);
  const scaled = graph.add('Div', [centred, graph.constant('scaler.std', vector(deviations))]);
  const units = graph.constant('scaler.units', scalar(10 ** scaledDecimals));
  return graph.add('Div', [graph.add('Round', [graph.add('Mul', [scaled, units])]), units]);
}

/** The logarithm of all columns, of which those are taken that have a long tail. */
function addLog1p(graph: Graph, rows: string, { features, log1p }: Preparation): string {
  const logarithms = graph.add('Log', [graph.add('Add', [rows, graph.constant('one', scalar(1))])]);
  const isLogarithmic = features.map((name) => Number(log1p.includes(name)));
  return graph.add('Where', [graph.constant('log1p', bytes('BOOL', isLogarithmic)), logarithms, rows]);
}
