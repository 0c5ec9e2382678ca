import type { TreeEnsemble } from '../../model/index.ts';

/** Of each tree: where its nodes end, how many leaves it has, how deep the deepest lies, and all of them on average. */
export interface TreeShapes {
  readonly end: Int32Array;
  readonly leaves: Int32Array;
  readonly depth: Int32Array;
  readonly meanDepth: Float64Array;
  readonly mostLeaves: number;
  readonly mostDepth: number;
  readonly allLeaves: number;
  /** The depths of all trees, added up. */
  readonly allDepths: number;
}

/** Measures all trees in one pass over their nodes. */
export function measureTrees({ roots, left, right }: TreeEnsemble): TreeShapes {
  const count = roots.length;
  const end = new Int32Array(count);
  const leaves = new Int32Array(count);
  const depth = new Int32Array(count);
  const meanDepth = new Float64Array(count);
  const level = new Int32Array(left.length);
  for (let tree = 0; tree < count; tree++) {
    end[tree] = roots[tree + 1] ?? left.length;
    let sum = 0;
    for (let node = roots[tree]!; node < end[tree]!; node++) {
      const at = level[node]!;
      if (left[node] === -1) {
        leaves[tree]!++;
        sum += at;
        if (at > depth[tree]!) depth[tree] = at;
      } else {
        level[left[node]!] = at + 1;
        level[right[node]!] = at + 1;
      }
    }
    meanDepth[tree] = sum / leaves[tree]!;
  }
  return {
    end,
    leaves,
    depth,
    meanDepth,
    mostLeaves: leaves.reduce(greater, 0),
    mostDepth: depth.reduce(greater, 0),
    allLeaves: leaves.reduce(add, 0),
    allDepths: depth.reduce(add, 0),
  };
}

function greater(first: number, second: number): number {
  return Math.max(first, second);
}

function add(first: number, second: number): number {
  return first + second;
}
