// Exact SHAP values of a linear model whose columns are taken as independent.
// Source: Strumbelj and Kononenko, Knowledge and Information Systems 41 (2014); Lundberg and Lee (2017), corollary 1.
// Complexity: O(columns * outputs) per row.
// Invariant: attribution = weight * (x - mean), and base + attributions = the float64 score, to rounding.

import { SpillwayError } from '../core/index.ts';
import type { LinearModel } from '../model/index.ts';
import { type Attributor, oneByOne } from './attributor.ts';

/**
 * Prepares the attribution of a linear model's answers against the mean of each column over the training rows.
 * @throws SpillwayError `NOT_EXPLAINABLE` when there are no means, or not one per column.
 */
export function createLinearShap(
  model: LinearModel,
  columnMeans: readonly number[] | undefined,
): Attributor {
  const { weights, intercepts, outputs } = model;
  const columns = model.columns.length;
  if (columnMeans?.length !== columns) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      `a linear model is explained against the mean of each of its ${columns} columns over the training rows, and ${columnMeans === undefined ? 'no means are given' : `${columnMeans.length} means are given`}; the card's background.column_means supplies them`,
    );
  }
  const score = (row: ArrayLike<number>, scores: Float64Array): void => {
    for (let k = 0; k < outputs; k++) {
      let sum = intercepts[k]!;
      for (let c = 0; c < columns; c++) sum += weights[k * columns + c]! * row[c]!;
      scores[k] = sum;
    }
  };
  const base = new Float64Array(outputs);
  score(columnMeans, base);
  return oneByOne(columns, {
    method: 'linear-shap',
    base,
    attribute(row, attributions) {
      for (let k = 0; k < outputs; k++)
        for (let c = 0; c < columns; c++)
          attributions[c * outputs + k] = weights[k * columns + c]! * (row[c]! - columnMeans[c]!);
    },
    score,
  });
}
