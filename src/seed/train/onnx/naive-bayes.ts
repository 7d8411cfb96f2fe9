import { type AddModel, asProbabilities } from './add-model.ts';
import { integers, matrix, vector } from './graph.ts';

interface NaiveBayesJson {
  readonly means: readonly (readonly number[])[];
  /** By class: the log prior, then by feature the two constants of its normal density. */
  readonly calculateProbabilities: readonly (readonly [number, ...(readonly [number, number])[]])[];
}

/** The log prior and log densities of each class, made probabilities. */
export const addNaiveBayes: AddModel = (graph, rows, model) => {
  const { means, calculateProbabilities } = model as NaiveBayesJson;
  const spreads = calculateProbabilities.map(([, ...densities]) => densities.map(([, spread]) => spread));
  const offsets = calculateProbabilities.map(([logPrior, ...densities]) =>
    densities.reduce((sum, [scale]) => sum + Math.log(scale), logPrior),
  );
  // [rows, 1, features] against [classes, features].
  const wide = graph.add('Unsqueeze', [rows, graph.constant('middle_axis', integers([1]))]);
  const distances = graph.add('Sub', [wide, graph.constant('means', matrix(means))]);
  const squares = graph.add('Mul', [distances, distances]);
  const exponents = graph.add('Div', [squares, graph.constant('spreads', matrix(spreads))]);
  const sums = graph.add('ReduceSum', [exponents, graph.constant('feature_axis', integers([2]))], {
    attributes: { keepdims: 0 },
  });
  const joint = graph.add('Add', [sums, graph.constant('offsets', vector(offsets))]);
  graph.add('Softmax', [joint], { ...asProbabilities, attributes: { axis: -1 } });
};
