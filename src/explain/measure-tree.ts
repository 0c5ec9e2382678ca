import type { TreeEnsemble } from '../model/index.ts';

/** What one tree asks of a kernel that explains it. */
export interface TreeMeasure {
  /** Edges on the longest path from the root to a leaf. */
  readonly depth: number;
  /** The most distinct columns that one path looks at. */
  readonly distinctColumns: number;
  /** Mean of the leaves weighted by cover: what the tree answers when nothing is known; `leafSize` values. */
  readonly mean: Float64Array;
}

/** Measures a tree, iteratively, since a model file may hold a tree that is one long chain. `ratios` are those of `coverRatios`. */
export function measureTree(
  ensemble: TreeEnsemble,
  ratios: Float64Array,
  root: number,
): TreeMeasure {
  const { left, right, column, value, leafSize } = ensemble;
  const mean = new Float64Array(leafSize);
  const open = [{ node: root, depth: 0, weight: 1 }];
  const path: number[] = [];
  const onPath = new Uint32Array(ensemble.columns.length);
  let distinct = 0;
  let distinctColumns = 0;
  let deepest = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth, weight } = next;
    while (path.length > depth) {
      const gone = path.pop()!;
      if (--onPath[gone]! === 0) distinct--;
    }
    if (left[node] === -1) {
      for (let k = 0; k < leafSize; k++) mean[k]! += weight * value[node * leafSize + k]!;
      deepest = Math.max(deepest, depth);
      continue;
    }
    path.push(column[node]!);
    if (onPath[column[node]!]!++ === 0) distinct++;
    distinctColumns = Math.max(distinctColumns, distinct);
    for (const child of [right[node]!, left[node]!]) {
      open.push({ node: child, depth: depth + 1, weight: weight * ratios[child]! });
    }
  }
  return { depth: deepest, distinctColumns, mean };
}
