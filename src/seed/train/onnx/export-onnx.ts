import type { ModelFile } from '../model-file.ts';
import type { AddModel } from './add-model.ts';
import { createGraph, type Graph, integers, texts } from './graph.ts';
import { addLogisticRegression } from './logistic-regression.ts';
import { addNaiveBayes } from './naive-bayes.ts';
import { addNeuralNetwork } from './neural-network.ts';
import { addPreparation } from './prepare.ts';
import { addDecisionTree, addRandomForest } from './trees.ts';
import { writeOnnx } from './write-onnx.ts';

/** Nearest neighbours are missing: they are no model, but the rows themselves. */
const converters: Readonly<Record<string, AddModel>> = {
  'ml-logistic-regression': addLogisticRegression,
  'ml-fnn': addNeuralNetwork,
  'ml-naivebayes': addNaiveBayes,
  'ml-cart': addDecisionTree,
  'ml-random-forest': addRandomForest,
};

/**
 * The model as an ONNX file, from `features` (FP64, rows as they were measured) to `probabilities` (FP64, a column for each
 * class) and `label` (the class's name, empty for a row whose probabilities are NaN). Undefined when its kind has no converter.
 */
export function exportOnnx(name: string, file: ModelFile): Uint8Array | undefined {
  const convert = converters[file.library.name];
  if (!convert) return undefined;
  const { features, classes, model } = file;
  const graph = createGraph();
  convert(graph, addPreparation(graph, 'features', file), model, classes.length);
  addLabel(graph, classes);
  return writeOnnx({
    name,
    graph,
    inputs: [{ name: 'features', datatype: 'FP64', shape: ['rows', features.length] }],
    outputs: [
      { name: 'probabilities', datatype: 'FP64', shape: ['rows', classes.length] },
      { name: 'label', datatype: 'BYTES', shape: ['rows'] },
    ],
    metadata: {
      features: JSON.stringify(features.map((feature) => feature.name)),
      units: JSON.stringify(features.map(({ unit }) => unit)),
      classes: JSON.stringify(classes),
      library: `${file.library.name} ${file.library.version}`,
    },
  });
}

/** The likeliest class; of several equal ones the first. */
function addLabel(graph: Graph, classes: readonly string[]): void {
  const acrossClasses = { axis: 1, keepdims: 0 };
  const best = graph.add('ArgMax', ['probabilities'], { attributes: acrossClasses });
  const name = graph.add('Gather', [graph.constant('classes', texts(classes)), best], {
    attributes: { axis: 0 },
  });
  const axis = graph.constant('label_axis', integers([1]));
  const sum = graph.add('ReduceSum', ['probabilities', axis], { attributes: { keepdims: 0 } });
  const undecided = graph.add('IsNaN', [sum]);
  graph.add('Where', [undecided, graph.constant('no_label', texts([''], [])), name], { output: 'label' });
}
