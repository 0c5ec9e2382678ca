import type { LabeledRows } from './boosting-objective.ts';

const { fround } = Math;

/** The mean label, as XGBoost sums it: float64, divided before it is added, then rounded to float32. */
export function meanLabel({ labels, weights }: LabeledRows): number {
  let mean = 0;
  if (weights === null) {
    for (const label of labels) mean += label / labels.length;
    return fround(mean);
  }
  const total = totalWeight(labels.length, weights);
  for (const [row, label] of labels.entries()) mean += (label / total) * weights[row]!;
  return fround(mean);
}

/** The sum of the weights, or the number of rows where all count once. */
export function totalWeight(rows: number, weights: Float32Array | null): number {
  if (weights === null) return rows;
  let total = 0;
  for (const weight of weights) total += weight;
  return total;
}

/** One step of Newton's method from given derivatives, without regularization: a margin, float32. */
export function newtonStep(gradients: Float32Array, hessians: Float32Array): number {
  let [gradient, hessian] = [0, 0];
  for (let row = 0; row < gradients.length; row++) {
    gradient += gradients[row]!;
    hessian += hessians[row]!;
  }
  return fround(-gradient / Math.max(hessian, fround(1e-6)));
}
