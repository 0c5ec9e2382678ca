import type { CategoricalNodes, TreeEnsemble } from '../model/index.ts';

/** Whether `x`, rounded as the ensemble's `inputs` say, goes left at an inner node. */
export function sendsLeft(ensemble: TreeEnsemble, node: number, x: number): boolean {
  if (Number.isNaN(x)) return ensemble.missingLeft[node] === 1;
  const { categorical, threshold } = ensemble;
  if (categorical !== null && categorical.count[node] !== -1) return isAmong(categorical, node, x);
  return ensemble.comparison === '<' ? x < threshold[node]! : x <= threshold[node]!;
}

/** Whether the whole part of `x` is one of the categories that a node looks for. */
function isAmong({ count, start, categories }: CategoricalNodes, node: number, x: number): boolean {
  const code = Math.trunc(x);
  const end = start[node]! + count[node]!;
  let low = start[node]!;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (categories[middle]! < code) low = middle + 1;
    else high = middle;
  }
  return low < end && categories[low] === code;
}
