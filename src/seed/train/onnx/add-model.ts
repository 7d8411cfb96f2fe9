import type { Graph } from './graph.ts';

/** Adds a model's nodes: `rows` are prepared, what comes out is called `probabilities` and has a column for each class. */
export type AddModel = (graph: Graph, rows: string, model: unknown, classCount: number) => void;

/** The options of the node that gives the probabilities. */
export const asProbabilities = { output: 'probabilities' };
