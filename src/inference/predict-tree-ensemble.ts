// What: the raw scores of a tree ensemble for one row, by walking each tree from its root.
// Source: dmlc/xgboost src/predictor/cpu_predictor.cc, for the comparison, the order of additions and their float32;
// microsoft/LightGBM src/io/tree.cpp for categories and linear leaves.
// Complexity: the sum of the depths of the leaves reached; nothing is allocated.
// Invariant: the definition in src/model/tree-ensemble.ts; for files of XGBoost bit for bit its `output_margin`.
import type { TreeEnsemble } from '../model/index.ts';
import { sendsLeft } from './sends-left.ts';

/** Writes one score per output into `scores`. `row` has one number per column, rounded when the ensemble's `inputs` are. */
export function predictTreeEnsemble(
  ensemble: TreeEnsemble,
  row: Float32Array | Float64Array,
  scores: Float64Array,
): void {
  const { roots, treeOutput, value, leafSize, divisor, offset, linearLeaves } = ensemble;
  const float32 = ensemble.arithmetic === 'float32';
  scores.set(ensemble.base);
  for (let tree = 0; tree < roots.length; tree++) {
    const leaf = findLeaf(ensemble, row, roots[tree]!);
    if (leafSize === 1) {
      const output = treeOutput[tree]!;
      const answer = linearLeaves === null ? value[leaf]! : addUp(ensemble, leaf, row);
      const sum = scores[output]! + answer;
      scores[output] = float32 ? Math.fround(sum) : sum;
    } else {
      for (let output = 0; output < leafSize; output++) {
        const sum = scores[output]! + value[leaf * leafSize + output]!;
        scores[output] = float32 ? Math.fround(sum) : sum;
      }
    }
  }
  for (let output = 0; output < scores.length; output++) {
    const mean = divisor === 1 ? scores[output]! : scores[output]! / divisor;
    const score = (float32 ? Math.fround(mean) : mean) + offset[output]!;
    scores[output] = float32 ? Math.fround(score) : score;
  }
}

function findLeaf(ensemble: TreeEnsemble, row: Float32Array | Float64Array, root: number): number {
  const { right, column } = ensemble;
  let node = root;
  // nodes are in preorder, so the left child is the next one
  for (let next = right[node]!; next !== -1; next = right[node]!) {
    node = sendsLeft(ensemble, node, row[column[node]!]!) ? node + 1 : next;
  }
  return node;
}

function addUp(
  { linearLeaves, value }: TreeEnsemble,
  leaf: number,
  row: Float32Array | Float64Array,
): number {
  if (linearLeaves === null) return value[leaf]!;
  const { count, start, constant, column, coefficient } = linearLeaves;
  if (count[leaf] === -1) return value[leaf]!;
  let sum = constant[leaf]!;
  for (let term = start[leaf]!; term < start[leaf]! + count[leaf]!; term++) {
    const x = row[column[term]!]!;
    if (Number.isNaN(x)) return value[leaf]!;
    sum += coefficient[term]! * x;
  }
  return sum;
}
