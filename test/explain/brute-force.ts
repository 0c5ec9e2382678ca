import type { TreeEnsemble } from '../../src/model/index.ts';

/**
 * Path-dependent Shapley values by their definition: the sum over all coalitions of the columns, each valued by
 * walking every branch that an absent column leaves open. Output k of column c is at `c * outputs + k`.
 */
export function bruteForceShap(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const columns = ensemble.columns.length;
  const { outputs } = ensemble;
  const values = Array.from({ length: 2 ** columns }, (_, coalition) =>
    valueOf(ensemble, row, coalition),
  );
  const shap = new Float64Array(columns * outputs);
  for (let c = 0; c < columns; c++) {
    for (let coalition = 0; coalition < values.length; coalition++) {
      if (coalition & (1 << c)) continue;
      const size = bits(coalition);
      const weight = (factorial(size) * factorial(columns - size - 1)) / factorial(columns);
      for (let k = 0; k < outputs; k++) {
        shap[c * outputs + k]! +=
          weight * (values[coalition | (1 << c)]![k]! - values[coalition]![k]!);
      }
    }
  }
  return shap;
}

/**
 * SHAP interaction values by their definition: half of the Shapley interaction index of each pair, and of a column with
 * itself the rest of its Shapley value. Output k of the columns i and j is at `(i * columns + j) * outputs + k`.
 */
export function bruteForceInteractions(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const columns = ensemble.columns.length;
  const { outputs } = ensemble;
  const values = Array.from({ length: 2 ** columns }, (_, coalition) =>
    valueOf(ensemble, row, coalition),
  );
  const shap = bruteForceShap(ensemble, row);
  const interactions = new Float64Array(columns * columns * outputs);
  for (let i = 0; i < columns; i++) {
    for (let k = 0; k < outputs; k++) {
      let rest = shap[i * outputs + k]!;
      for (let j = 0; j < columns; j++) {
        if (j === i) continue;
        let index = 0;
        for (let coalition = 0; coalition < values.length; coalition++) {
          if (coalition & ((1 << i) | (1 << j))) continue;
          const size = bits(coalition);
          const weight = (factorial(size) * factorial(columns - size - 2)) / factorial(columns - 1);
          const value = (more: number) => values[coalition | more]![k]!;
          index += weight * (value((1 << i) | (1 << j)) - value(1 << i) - value(1 << j) + value(0));
        }
        interactions[(i * columns + j) * outputs + k] = index / 2;
        rest -= index / 2;
      }
      interactions[(i * columns + i) * outputs + k] = rest;
    }
  }
  return interactions;
}

/** What the ensemble is expected to answer when only the columns of the coalition are known. */
export function valueOf(
  ensemble: TreeEnsemble,
  row: Float64Array,
  coalition: number,
): Float64Array {
  const sum = Float64Array.from(ensemble.base);
  const visit = (node: number, weight: number, output: number): void => {
    if (ensemble.left[node] === -1) {
      for (let k = 0; k < ensemble.leafSize; k++)
        sum[output + k]! += weight * ensemble.value[node * ensemble.leafSize + k]!;
      return;
    }
    const children = [ensemble.left[node]!, ensemble.right[node]!];
    if (coalition & (1 << ensemble.column[node]!)) {
      visit(children[takes(ensemble, node, row)]!, weight, output);
      return;
    }
    const cover = ensemble.cover![node]!;
    for (const child of children) {
      visit(child, weight * (cover === 0 ? 0.5 : ensemble.cover![child]! / cover), output);
    }
  };
  for (const [tree, root] of ensemble.roots.entries()) {
    visit(root, 1, ensemble.leafSize === 1 ? ensemble.treeOutput[tree]! : 0);
  }
  return sum.map((score) => score / ensemble.divisor);
}

function takes(ensemble: TreeEnsemble, node: number, row: Float64Array): 0 | 1 {
  const raw = row[ensemble.column[node]!]!;
  if (Number.isNaN(raw)) return ensemble.missingLeft[node] === 1 ? 0 : 1;
  const x = ensemble.inputs === 'float32' ? Math.fround(raw) : raw;
  const { categorical, threshold } = ensemble;
  const count = categorical?.count[node] ?? -1;
  if (categorical !== null && count !== -1) {
    const start = categorical.start[node]!;
    return categorical.categories.slice(start, start + count).includes(Math.trunc(x)) ? 0 : 1;
  }
  return x < threshold[node]! || (ensemble.comparison === '<=' && x === threshold[node]) ? 0 : 1;
}

function bits(set: number): number {
  return set === 0 ? 0 : (set & 1) + bits(set >> 1);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
