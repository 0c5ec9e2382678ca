// What: what the attribution kernels need to know of each node beside the tree itself, none of it dependent on a row.
// Source: `createTreeShap`, whose P is `ratioAbove` here.
// Complexity: one step per node.
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
  const { column, columns, left, right, roots } = ensemble;
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
  const products = createPathProducts(size);
  // of each column the nearest node on the path to where the pass is, and that path
  const nearest = new Int32Array(columns.length).fill(-1);
  const path: number[] = [];
  let tree = -1;
  // a tree stands in preorder: its root first, the left child of a node next to it
  for (let node = 0; node < size; node++) {
    if (node === roots[tree + 1]) tree++;
    distinctColumns[tree] = Math.max(distinctColumns[tree]!, distinctAbove[node]!);
    treeDepth[tree] = Math.max(treeDepth[tree]!, depth[node]!);
    products.enter(node, parent[node]!, ratios[node]!);
    if (left[node] === -1) continue;
    while (path.length > 0 && path[path.length - 1] !== parent[node]) {
      const gone = path.pop()!;
      nearest[column[gone]!] = previous[gone]!;
    }
    const above = nearest[column[node]!]!;
    if (above === -1) othersRatio[node] = products.fromRoot(node);
    else {
      const isRight = node >= right[above]!;
      const child = isRight ? right[above]! : left[above]!;
      previous[node] = above;
      rightOfPrevious[node] = isRight ? 1 : 0;
      ratioAbove[node] = ratioAbove[above]! * ratios[child]!;
      othersRatio[node] = othersRatio[above]! * products.between(child, node);
    }
    nearest[column[node]!] = node;
    path.push(node);
    for (const below of [left[node]!, right[node]!]) {
      parent[below] = node;
      depth[below] = depth[node]! + 1;
      distinctAbove[below] = distinctAbove[node]! + (above === -1 ? 1 : 0);
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

/** Products of the ratios along paths, each in one step, however long the path. */
function createPathProducts(size: number) {
  // what was multiplied since the last ratio of 0, as a mantissa and how often it was scaled up
  const mantissa = new Float64Array(size).fill(1);
  const scalings = new Int32Array(size);
  const zeros = new Int32Array(size);
  const scale = 2 ** 512;
  const valueOf = (number: number, scaled: number): number => {
    let value = number;
    for (let times = scaled; times > 0 && value !== 0; times--) value /= scale;
    return value;
  };
  return {
    /** Told of every node after its parent; the ratio is that of the edge to it. */
    enter(node: number, parent: number, ratio: number): void {
      if (parent === -1) return;
      zeros[node] = zeros[parent]! + (ratio === 0 ? 1 : 0);
      if (ratio === 0) return;
      let product = mantissa[parent]! * ratio;
      let scaled = scalings[parent]!;
      if (product < 1 / scale) {
        // scaled up before it is multiplied: a ratio may be the smallest number there is
        for (product = mantissa[parent]! * scale * ratio; product < 1 / scale; scaled++)
          product *= scale;
        scaled++;
      }
      mantissa[node] = product;
      scalings[node] = scaled;
    },
    fromRoot: (node: number): number =>
      zeros[node] === 0 ? valueOf(mantissa[node]!, scalings[node]!) : 0,
    /** Over the edges from one node down to another. */
    between: (from: number, to: number): number =>
      zeros[to] === zeros[from]
        ? valueOf(mantissa[to]! / mantissa[from]!, scalings[to]! - scalings[from]!)
        : 0,
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
