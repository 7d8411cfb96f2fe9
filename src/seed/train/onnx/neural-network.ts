import { type AddModel, asProbabilities } from './add-model.ts';
import { matrix, vector } from './graph.ts';

interface NeuralNetworkJson {
  /** Which output stands for which class. */
  readonly dicts: { readonly inputs: Readonly<Record<string, number>> };
  readonly layers: readonly {
    readonly W: readonly (readonly number[])[];
    readonly b: readonly [readonly number[]];
  }[];
}

/** tanh in between, softmax at the end; the outputs are in the order of the classes. */
export const addNeuralNetwork: AddModel = (graph, rows, model, classCount) => {
  const { dicts, layers } = model as NeuralNetworkJson;
  const order = Array.from({ length: classCount }, (_, label) => dicts.inputs[label] ?? -1);
  const inOrder = (row: readonly number[]) => order.map((column) => row[column] ?? Number.NaN);
  let values = rows;
  for (const [n, { W, b }] of layers.entries()) {
    const isLast = n === layers.length - 1;
    const weights = graph.constant(`layer_${n}.weights`, matrix(isLast ? W.map(inOrder) : W));
    const biases = graph.constant(`layer_${n}.biases`, vector(isLast ? inOrder(b[0]) : b[0]));
    const sums = graph.add('Gemm', [values, weights, biases]);
    values = isLast
      ? graph.add('Softmax', [sums], { ...asProbabilities, attributes: { axis: -1 } })
      : graph.add('Tanh', [sums]);
  }
};
