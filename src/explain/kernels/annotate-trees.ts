// What: what the attribution kernels need to know of each node beside the tree itself, none of it dependent on a row.
// Source: `createTreeShap`, whose P is `ratioAbove` here.
// Complexity: nodes * depth.
// Invariant: `ratioAbove * othersRatio` is the product of all cover ratios from the root down to the node, to rounding.
import type { TreeEnsemble } from '../../model/index.ts';

/** Parallel arrays over all nodes of an ensemble. */
export interface TreeAnnotations {
  /** The node above; -1 for a root. */
  readonly parent: Int32Array;
  /** 0 for a root. */
  readonly depth: Int32Array;
  /** Of an inner node: the nearest node above that looks at the same column; -1 when there is none. */
  readonly previous: Int32Array;
  /** Of an inner node with a previous one: whether it stands to the right of that. */
  readonly rightOfPrevious: Uint8Array;
  /** Of an inner node: the product of cover ratios over the edges above that belong to its column; 1 when there are none. */
  readonly ratioAbove: Float64Array;
  /** Of an inner node: the product of cover ratios over the edges above that belong to other columns. */
  readonly othersRatio: Float64Array;
  /** Of each tree: the most distinct columns on a path. */
  readonly distinctColumns: Int32Array;
  /** Of each tree: edges on the longest path. */
  readonly treeDepth: Int32Array;
}

/** Annotates every tree. `ratios` are those of `coverRatios`. */
export function annotateTrees(ensemble: TreeEnsemble, ratios: Float64Array): TreeAnnotations {
  const { column, left, right, roots } = ensemble;
  const size = left.length;
  const parent = new Int32Array(size).fill(-1);
  const depth = new Int32Array(size);
  const previous = new Int32Array(size).fill(-1);
  const rightOfPrevious = new Uint8Array(size);
  const ratioAbove = new Float64Array(size).fill(1);
  const othersRatio = new Float64Array(size).fill(1);
  const distinctAbove = new Int32Array(size);
  const distinctColumns = new Int32Array(roots.length);
  const treeDepth = new Int32Array(roots.length);
  let tree = -1;
  // a tree stands in preorder: its root first, parents before their children
  for (let node = 0; node < size; node++) {
    if (node === roots[tree + 1]) tree++;
    distinctColumns[tree] = Math.max(distinctColumns[tree]!, distinctAbove[node]!);
    treeDepth[tree] = Math.max(treeDepth[tree]!, depth[node]!);
    if (left[node] === -1) continue;
    let child = node;
    for (let above = parent[node]!; above !== -1; child = above, above = parent[above]!) {
      if (column[above] !== column[node]) {
        othersRatio[node]! *= ratios[child]!;
        continue;
      }
      previous[node] = above;
      rightOfPrevious[node] = child === right[above] ? 1 : 0;
      ratioAbove[node] = ratioAbove[above]! * ratios[child]!;
      othersRatio[node]! *= othersRatio[above]!;
      break;
    }
    const distinct = distinctAbove[node]! + (previous[node] === -1 ? 1 : 0);
    for (const below of [left[node]!, right[node]!]) {
      parent[below] = node;
      depth[below] = depth[node]! + 1;
      distinctAbove[below] = distinct;
    }
  }
  return {
    parent,
    depth,
    previous,
    rightOfPrevious,
    ratioAbove,
    othersRatio,
    distinctColumns,
    treeDepth,
  };
}

/**
 * The cover-weighted mean of one output below each node; a leaf's is its value.
 * @param output which of a leaf's values; 0 when leaves have one
 */
export function meansBelow(
  { left, leafSize, right, value }: TreeEnsemble,
  ratios: Float64Array,
  output: number,
): Float64Array {
  const means = new Float64Array(left.length);
  for (let node = left.length - 1; node >= 0; node--) {
    const [to, other] = [left[node]!, right[node]!];
    means[node] =
      to === -1
        ? value[node * leafSize + output]!
        : ratios[to]! * means[to]! + ratios[other]! * means[other]!;
  }
  return means;
}
