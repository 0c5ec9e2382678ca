// What: how near predictions come to targets, of rows with any weights.
// Source: scikit-learn 1.9, `sklearn/metrics/_regression.py`; medians are the mean of the two middle values when the
//   weights below and above are equal.
// Complexity: O(n), nothing allocated.
// Invariant: a weight of 2 is the row twice; NaN where the targets do not vary, or one is 0 for the percentage.
import type { RegressionMetrics } from './regression-evaluation.ts';

/** The names of the metrics, in the order in which `measureRegression` writes them. */
export const regressionMeasures: readonly (keyof RegressionMetrics)[] = [
  'rmse',
  'mae',
  'medianAbsoluteError',
  'mape',
  'r2',
  'explainedVariance',
];

/** Targets and residuals (target less prediction), from the smallest absolute residual to the largest. */
export interface RankedResiduals {
  readonly targets: Float64Array;
  readonly residuals: Float64Array;
}

/** Measures rows with these weights and writes one number per metric. */
export function measureRegression(
  { targets, residuals }: RankedResiduals,
  weights: Float64Array,
  measures: Float64Array,
): void {
  let total = 0;
  let squares = 0;
  let absolutes = 0;
  let ratios = 0;
  let targetSum = 0;
  let residualSum = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k]!;
    const residual = residuals[k]!;
    total += weight;
    squares += weight * residual * residual;
    absolutes += weight * Math.abs(residual);
    // a row that was not drawn must not spoil the sum with 0 times infinity
    if (weight > 0) {
      const target = targets[k]!;
      least = Math.min(least, target);
      most = Math.max(most, target);
      ratios += target === 0 ? Number.NaN : weight * Math.abs(residual / target);
    }
    targetSum += weight * targets[k]!;
    residualSum += weight * residual;
  }
  const targetMean = targetSum / total;
  const residualMean = residualSum / total;
  let targetSquares = 0;
  let residualSquares = 0;
  for (let k = 0; k < weights.length; k++) {
    targetSquares += weights[k]! * (targets[k]! - targetMean) ** 2;
    residualSquares += weights[k]! * (residuals[k]! - residualMean) ** 2;
  }
  const found = [
    Math.sqrt(squares / total),
    absolutes / total,
    medianAbsolute(residuals, weights, total),
    ratios / total,
    least === most ? Number.NaN : 1 - squares / targetSquares,
    least === most ? Number.NaN : 1 - residualSquares / targetSquares,
  ];
  for (let k = 0; k < found.length; k++) measures[k] = found[k]!;
}

function medianAbsolute(residuals: Float64Array, weights: Float64Array, total: number): number {
  const half = total / 2;
  let below = 0;
  for (let k = 0; k < weights.length; k++) {
    below += weights[k]!;
    if (below < half || weights[k] === 0) continue;
    const here = Math.abs(residuals[k]!);
    if (below > half) return here;
    for (let next = k + 1; next < weights.length; next++) {
      if (weights[next]! > 0) return (here + Math.abs(residuals[next]!)) / 2;
    }
    return here;
  }
  return Number.NaN;
}
