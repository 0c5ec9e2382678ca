// What: the raw scores of a tree ensemble for one row, by walking each tree from its root.
// Source: dmlc/xgboost src/predictor/cpu_predictor.cc, for the comparison, the order of additions and their float32.
// Complexity: the sum of the depths of the leaves reached; nothing is allocated.
// Invariant: for files of XGBoost bit for bit its `output_margin`. `x < threshold` goes left, so a tie goes right; NaN
// goes where the node says; infinities are values; a float32 sum is rounded after each tree, in tree order.
import type { TreeEnsemble } from '../model/index.ts';

/** Writes one score per output into `scores`. `row` has one number per column, for float32 arithmetic rounded to it. */
export function predictTreeEnsemble(
  ensemble: TreeEnsemble,
  row: Float32Array | Float64Array,
  scores: Float64Array,
): void {
  const { roots, treeOutput, value, leafSize, divisor } = ensemble;
  const float32 = ensemble.arithmetic === 'float32';
  scores.set(ensemble.base);
  for (let tree = 0; tree < roots.length; tree++) {
    const leaf = findLeaf(ensemble, row, roots[tree]!);
    if (leafSize === 1) {
      const output = treeOutput[tree]!;
      const sum = scores[output]! + value[leaf]!;
      scores[output] = float32 ? Math.fround(sum) : sum;
    } else {
      for (let output = 0; output < leafSize; output++) {
        const sum = scores[output]! + value[leaf * leafSize + output]!;
        scores[output] = float32 ? Math.fround(sum) : sum;
      }
    }
  }
  if (divisor === 1) return;
  for (let output = 0; output < scores.length; output++) {
    const mean = scores[output]! / divisor;
    scores[output] = float32 ? Math.fround(mean) : mean;
  }
}

function findLeaf(
  { right, column, threshold, missingLeft }: TreeEnsemble,
  row: Float32Array | Float64Array,
  root: number,
): number {
  let node = root;
  // nodes are in preorder, so the left child is the next one
  for (let next = right[node]!; next !== -1; next = right[node]!) {
    const x = row[column[node]!]!;
    const goesLeft = x < threshold[node]! || (Number.isNaN(x) && missingLeft[node] === 1);
    node = goesLeft ? node + 1 : next;
  }
  return node;
}
