import type { ForestTree } from './forest-tree.ts';

/**
 * The share of each column in the decrease of impurity, tree by tree and then averaged as in scikit-learn's
 * `feature_importances_`; trees without splits are left out.
 */
export function measureImportance(trees: readonly ForestTree[], columns: number): Float64Array {
  const total = new Float64Array(columns);
  for (const tree of trees) {
    const own = new Float64Array(columns);
    for (let node = 0; node < tree.column.length; node++) {
      const column = tree.column[node]!;
      if (column !== -1) own[column]! += tree.decrease[node]!;
    }
    const sum = own.reduce((all, decrease) => all + decrease, 0);
    if (sum > 0) for (const [column, decrease] of own.entries()) total[column]! += decrease / sum;
  }
  const sum = total.reduce((all, share) => all + share, 0);
  return sum > 0 ? total.map((share) => share / sum) : total;
}
