import type { DecisionTreeClassifier, TreeNode, TreeOptions } from 'ml-cart';

/** A tree as ml-cart loads it. Its own JSON repeats the options in every node: ten times the size. */
export function compactTree({ root, options }: DecisionTreeClassifier): {
  name: string;
  options: TreeOptions;
  root: unknown;
} {
  return { name: 'DTClassifier', options, root: compactNode(root) };
}

function compactNode({ splitColumn, splitValue, gain, left, right, distribution }: TreeNode): unknown {
  if (!left || !right) return { distribution: distribution?.to2DArray() };
  return { splitColumn, splitValue, gain, left: compactNode(left), right: compactNode(right) };
}

/** How deep a tree goes and how many leaves it has. */
export function measureTree({ left, right }: TreeNode): { depth: number; leaves: number } {
  if (!left || !right) return { depth: 0, leaves: 1 };
  const [a, b] = [measureTree(left), measureTree(right)];
  return { depth: 1 + Math.max(a.depth, b.depth), leaves: a.leaves + b.leaves };
}
