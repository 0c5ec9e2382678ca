import type { LabeledRows } from './boosting-objective.ts';
import { totalWeight } from './weighted-means.ts';

const { fround } = Math;

/**
 * How large the residuals of a round are: the square of the weighted mean of their square roots; float32.
 * dmlc/xgboost 3.4, `MeanAbsoluteError` of src/objective/regression_obj.cu.
 */
export function residualScale(margins: Float32Array, { labels, weights }: LabeledRows): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const root = fround(Math.sqrt(Math.abs(fround(margins[row]! - labels[row]!))));
    sum += fround((weights?.[row] ?? 1) * root);
  }
  const total = totalWeight(labels.length, weights);
  return total < 1e-6 ? 0 : fround((sum / total) ** 2);
}
