import { doublesAt, type Operator } from './onnx-operator.ts';
import { UnsupportedOnnx } from './onnx-unsupported.ts';
import { fp64, type OnnxValue } from './onnx-value.ts';

const lessThan = 1;
const sumOfTrees = 1;

/** Sums, per target, the weights of the leaves that a row reaches. Every node asks whether a feature is less than its split. */
export const treeEnsemble: Operator = (attributes) => {
  const features = attributes.ints('nodes_featureids');
  const splits = doublesOf(attributes.tensor('nodes_splits'));
  const modes = attributes.tensor('nodes_modes');
  const branches = ['true', 'false'].map((side) => ({
    to: attributes.ints(`nodes_${side}nodeids`),
    isLeaf: attributes.ints(`nodes_${side}leafs`),
  }));
  const [yes, no] = branches as [(typeof branches)[number], (typeof branches)[number]];
  const roots = attributes.ints('tree_roots');
  const targets = attributes.ints('leaf_targetids');
  const weights = doublesOf(attributes.tensor('leaf_weights'));
  const targetCount = attributes.int('n_targets', 1);
  if (modes.datatype !== 'UINT8' || modes.data.some((mode) => mode !== lessThan))
    throw new UnsupportedOnnx('trees that ask for something else than "less than"');
  if (
    attributes.int('aggregate_function', sumOfTrees) !== sumOfTrees ||
    attributes.int('post_transform', 0) !== 0
  )
    throw new UnsupportedOnnx('trees that are not just summed');

  const leafOf = (root: number, row: Float64Array) => {
    let node = root;
    // A path longer than there are nodes goes round in a circle.
    for (let step = 0; step <= splits.length; step++) {
      const side = (row[features[node] ?? -1] ?? Number.NaN) < (splits[node] ?? Number.NaN) ? yes : no;
      const next = side.to[node] ?? -1;
      if (side.isLeaf[node] === 1) return next;
      node = next;
    }
    throw new Error('a tree has no end');
  };
  return (inputs) => {
    const { dims, data } = doublesAt(inputs, 0);
    const [rows = 0, width = 0] = dims;
    const sums = new Float64Array(rows * targetCount);
    for (let row = 0; row < rows; row++) {
      const values = data.subarray(row * width, (row + 1) * width);
      for (const root of roots) {
        const leaf = leafOf(root, values);
        const at = row * targetCount + (targets[leaf] ?? 0);
        sums[at] = (sums[at] ?? 0) + (weights[leaf] ?? Number.NaN);
      }
    }
    return fp64([rows, targetCount], sums);
  };
};

function doublesOf(value: OnnxValue): Float64Array {
  if (value.datatype !== 'FP64') throw new UnsupportedOnnx('trees of other numbers than FP64');
  return value.data;
}
