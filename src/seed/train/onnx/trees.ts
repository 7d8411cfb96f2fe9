import { type AddModel, asProbabilities } from './add-model.ts';
import { bytes, type Graph, integers, matrix, scalar, vector } from './graph.ts';

type NodeJson =
  | { readonly distribution: readonly [readonly number[]] }
  | {
      readonly splitColumn: number;
      readonly splitValue: number;
      readonly left: NodeJson;
      readonly right: NodeJson;
    };

interface Tree {
  readonly root: NodeJson;
  /** The columns of the prepared rows that it sees, by their number in the tree. */
  readonly columns: readonly number[] | undefined;
}

interface Leaf {
  readonly target: number;
  readonly weight: number;
}

const lessThan = 1;

/** One tree: which leaf a row reaches, and the shares of the classes in it. */
export const addDecisionTree: AddModel = (graph, rows, model, classCount) => {
  const { root } = (model as { tree: { root: NodeJson } }).tree;
  const leaves: number[][] = [];
  const numbered = (shares: readonly number[]) => {
    // A leaf holds shares only up to the highest class it saw.
    const all = Array.from({ length: classCount }, (_, label) => shares[label] ?? 0);
    return { target: 0, weight: leaves.push(all) - 1 };
  };
  const reached = addTrees(graph, rows, [{ root, columns: undefined }], numbered, 1);
  const numbers = graph.add('Cast', [reached], { attributes: { to: 7 } });
  const flat = graph.add('Squeeze', [numbers, graph.constant('only_axis', integers([1]))]);
  graph.add('Gather', [graph.constant('leaves', matrix(leaves)), flat], {
    ...asProbabilities,
    attributes: { axis: 0 },
  });
};

/** Many trees: which share of them votes for each class. */
export const addRandomForest: AddModel = (graph, rows, model, classCount) => {
  const { indexes, estimators } = (
    model as { forest: { baseModel: { indexes: number[][]; estimators: { root: NodeJson }[] } } }
  ).forest.baseModel;
  const trees = estimators.map(({ root }, n) => ({ root, columns: indexes[n] }));
  const vote = (shares: readonly number[]) => ({ target: shares.indexOf(Math.max(...shares)), weight: 1 });
  const votes = addTrees(graph, rows, trees, vote, classCount);
  graph.add('Div', [votes, graph.constant('trees', scalar(trees.length))], asProbabilities);
};

/** Sums, per target, the weights of the leaves that a row reaches. */
function addTrees(
  graph: Graph,
  rows: string,
  trees: readonly Tree[],
  leafOf: (shares: readonly number[]) => Leaf,
  targetCount: number,
): string {
  const nodes: { feature: number; split: number; yes: Branch; no: Branch }[] = [];
  const leaves: Leaf[] = [];
  const addBranch = (node: NodeJson, columns: Tree['columns']): Branch => {
    if ('distribution' in node) return { to: leaves.push(leafOf(node.distribution[0])) - 1, isLeaf: 1 };
    const { splitColumn, splitValue, left, right } = node;
    const at = nodes.length;
    const unset = { to: 0, isLeaf: 0 };
    const feature = columns?.[splitColumn] ?? splitColumn;
    const added = { feature, split: splitValue, yes: unset, no: unset };
    nodes.push(added);
    added.yes = addBranch(left, columns);
    added.no = addBranch(right, columns);
    return { to: at, isLeaf: 0 };
  };
  const roots = trees.map(({ root, columns }) => {
    const branch = addBranch(root, columns);
    if (branch.isLeaf === 0) return branch.to;
    // A tree has a node at its root, even if both its branches lead to the same leaf.
    return nodes.push({ feature: 0, split: 0, yes: branch, no: branch }) - 1;
  });
  return graph.add('TreeEnsemble', [rows], {
    domain: 'ai.onnx.ml',
    attributes: {
      n_targets: targetCount,
      aggregate_function: 1,
      post_transform: 0,
      tree_roots: roots,
      nodes_featureids: nodes.map(({ feature }) => feature),
      nodes_splits: vector(nodes.map(({ split }) => split)),
      nodes_modes: bytes(
        'UINT8',
        nodes.map(() => lessThan),
      ),
      nodes_truenodeids: nodes.map(({ yes }) => yes.to),
      nodes_trueleafs: nodes.map(({ yes }) => yes.isLeaf),
      nodes_falsenodeids: nodes.map(({ no }) => no.to),
      nodes_falseleafs: nodes.map(({ no }) => no.isLeaf),
      leaf_targetids: leaves.map(({ target }) => target),
      leaf_weights: vector(leaves.map(({ weight }) => weight)),
    },
  });
}

interface Branch {
  readonly to: number;
  readonly isLeaf: number;
}
