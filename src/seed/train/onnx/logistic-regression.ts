import { type AddModel, asProbabilities } from './add-model.ts';
import { integers, matrix, vector } from './graph.ts';

interface LogisticRegressionJson {
  /** Each says how likely a row is *not* of its class; the first weight is the intercept's. */
  readonly classifiers: readonly { readonly weights: readonly [readonly number[]] }[];
}

/** One class against the rest: how likely a row is of each class, made to add up to 1. */
export const addLogisticRegression: AddModel = (graph, rows, model) => {
  const ofClass = (model as LogisticRegressionJson).classifiers.map(({ weights }) =>
    weights[0].map((weight) => -weight),
  );
  const [intercepts = [], ...coefficients] = transposed(ofClass);
  const weights = graph.constant('weights', matrix(coefficients));
  const logits = graph.add('Gemm', [rows, weights, graph.constant('intercepts', vector(intercepts))]);
  const scores = graph.add('Sigmoid', [logits]);
  const sums = graph.add('ReduceSum', [scores, graph.constant('class_axis', integers([1]))]);
  graph.add('Div', [scores, sums], asProbabilities);
};

const transposed = (rows: readonly (readonly number[])[]) =>
  (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? Number.NaN));
