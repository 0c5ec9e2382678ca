import type { WrittenValue } from '../writing/written-value.ts';
import type { BoosterTree } from './booster.ts';

/** What stands for the parent of a root. */
const noParent = 2 ** 31 - 1;

/** Where a tree stands in a file. */
export interface TreeSpot {
  readonly id: number;
  readonly columns: number;
}

/** One tree as it stands in a file, in the arrays and types that every version since 1.6 reads. */
export function describeTree(tree: BoosterTree, { columns, id }: TreeSpot): WrittenValue {
  const nodes = tree.left.length;
  const width = tree.answers === undefined ? 1 : tree.answers.length / nodes;
  return {
    ...(tree.answers === undefined
      ? { base_weights: tree.weight, right_children: tree.right }
      : describeVectors(tree, tree.answers, width)),
    ...describeCategories(tree),
    default_left: tree.missingLeft,
    id,
    left_children: tree.left,
    loss_changes: tree.gain,
    parents: tree.parent.map((parent) => (parent === -1 ? noParent : parent)),
    split_conditions: tree.condition,
    split_indices: tree.column,
    split_type: Uint8Array.from(tree.categories, (categories) => (categories === null ? 0 : 1)),
    sum_hessian: tree.cover,
    tree_param: {
      num_deleted: '0',
      num_feature: `${columns}`,
      num_nodes: `${nodes}`,
      size_leaf_vector: `${width}`,
    },
  };
}

/** The categories that go right, node after node. */
function describeCategories({ categories }: BoosterTree): Record<string, WrittenValue> {
  const nodes: number[] = [];
  const sizes: bigint[] = [];
  const segments: bigint[] = [];
  const codes: number[] = [];
  for (const [node, list] of categories.entries()) {
    if (list === null) continue;
    nodes.push(node);
    segments.push(BigInt(codes.length));
    sizes.push(BigInt(list.length));
    codes.push(...list);
  }
  return {
    categories: Int32Array.from(codes),
    categories_nodes: Int32Array.from(nodes),
    categories_segments: BigInt64Array.from(segments),
    categories_sizes: BigInt64Array.from(sizes),
  };
}

/**
 * Since 3.2 vectors stand in an array of leaves, in which a leaf has its place as its right child; before, each node has
 * one. Both are written.
 */
function describeVectors(
  { left, right }: BoosterTree,
  answers: Float32Array,
  width: number,
): Record<string, WrittenValue> {
  const leaves: number[] = [];
  const places = right.slice();
  for (const [node, child] of left.entries()) {
    if (child !== -1) continue;
    places[node] = leaves.length / width;
    for (let output = 0; output < width; output++) leaves.push(answers[node * width + output]!);
  }
  return {
    base_weights: answers,
    leaf_weights: Float32Array.from(leaves),
    right_children: places,
  };
}
