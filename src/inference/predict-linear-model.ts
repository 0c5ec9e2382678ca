// What: the raw scores of a linear model for one row.
// Source: the definition in src/model/linear-model.ts; for float32 dmlc/xgboost src/gbm/gblinear.cc.
// Complexity: outputs times columns; nothing is allocated.
// Invariant: sums from the intercept on, in column order. A missing column makes every score NaN.
import type { LinearModel } from '../model/index.ts';

/** Writes one score per output into `scores`. `row` has one number per column, for float32 arithmetic rounded to it. */
export function predictLinearModel(
  { arithmetic, columns, intercepts, weights }: LinearModel,
  row: Float32Array | Float64Array,
  scores: Float64Array,
): void {
  const float32 = arithmetic === 'float32';
  for (let output = 0; output < intercepts.length; output++) {
    const start = output * columns.length;
    let sum = intercepts[output]!;
    for (let column = 0; column < columns.length; column++) {
      const term = weights[start + column]! * row[column]!;
      sum = float32 ? Math.fround(sum + Math.fround(term)) : sum + term;
    }
    scores[output] = sum;
  }
}
