// What: the raw scores of a linear model for one row.
// Source: the definition in src/model/linear-model.ts.
// Complexity: outputs times columns; nothing is allocated.
// Invariant: float64 sums from the intercept on, in column order. A missing column makes every score NaN.
import type { LinearModel } from '../model/index.ts';

/** Writes one score per output into `scores`. `row` has one number per column. */
export function predictLinearModel(
  { columns, intercepts, weights }: LinearModel,
  row: Float32Array | Float64Array,
  scores: Float64Array,
): void {
  for (let output = 0; output < intercepts.length; output++) {
    const start = output * columns.length;
    let sum = intercepts[output]!;
    for (let column = 0; column < columns.length; column++) {
      sum += weights[start + column]! * row[column]!;
    }
    scores[output] = sum;
  }
}
