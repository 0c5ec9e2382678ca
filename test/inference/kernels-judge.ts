import type { TreeEnsemble } from '../../src/model/index.ts';

/** The definition in src/model/tree-ensemble.ts, word for word: scores of one row. */
export function judgeRow(ensemble: TreeEnsemble, row: ArrayLike<number>): number[] {
  const toSum = ensemble.arithmetic === 'float32' ? Math.fround : (sum: number) => sum;
  const toInput = ensemble.inputs === 'float32' ? Math.fround : (x: number) => x;
  const xs = Array.from(row, toInput);
  const sums = [...ensemble.base];
  for (const [tree, root] of ensemble.roots.entries()) {
    let node = root;
    while (ensemble.left[node] !== -1) {
      const x = xs[ensemble.column[node]!]!;
      node = judgeNode(ensemble, node, x) ? node + 1 : ensemble.right[node]!;
    }
    for (let k = 0; k < ensemble.leafSize; k++) {
      const output = ensemble.leafSize === 1 ? ensemble.treeOutput[tree]! : k;
      sums[output] = toSum(sums[output]! + leafValue(ensemble, node, k, xs));
    }
  }
  return sums.map((sum, k) => toSum(toSum(sum / ensemble.divisor) + ensemble.offset[k]!));
}

function judgeNode(ensemble: TreeEnsemble, node: number, x: number): boolean {
  if (Number.isNaN(x)) return ensemble.missingLeft[node] === 1;
  const { categorical, comparison, threshold } = ensemble;
  const count = categorical?.count[node] ?? -1;
  if (categorical !== null && count !== -1) {
    const start = categorical.start[node]!;
    const list = [...categorical.categories.subarray(start, start + count)];
    return list.some((code) => code === Math.trunc(x));
  }
  return comparison === '<' ? x < threshold[node]! : x <= threshold[node]!;
}

function leafValue(
  { leafSize, linearLeaves, value }: TreeEnsemble,
  leaf: number,
  k: number,
  xs: readonly number[],
): number {
  const count = linearLeaves?.count[leaf] ?? -1;
  if (linearLeaves === null || count === -1) return value[leaf * leafSize + k]!;
  let sum = linearLeaves.constant[leaf]!;
  for (let term = linearLeaves.start[leaf]!, end = term + count; term < end; term++) {
    const x = xs[linearLeaves.column[term]!]!;
    if (Number.isNaN(x)) return value[leaf]!;
    sum += linearLeaves.coefficient[term]! * x;
  }
  return sum;
}
