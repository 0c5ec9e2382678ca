// What: the absolute error, smoothed near 0 at a scale that follows the residuals.
// Source: dmlc/xgboost 3.4, `MeanAbsoluteError` of src/objective/regression_obj.cu. Versions up to 3.3 gave every leaf the
// median of its residuals instead.
// Complexity: linear in the rows.
// Invariant: float32 after each step, as there.
import type { BoostingObjective, LabeledRows } from './boosting-objective.ts';
import { residualScale } from './residual-scale.ts';
import { meanLabel, newtonStep } from './weighted-means.ts';

const { fround } = Math;

/** `reg:absoluteerror`. */
export function createAbsoluteError(): BoostingObjective {
  return {
    name: 'reg:absoluteerror',
    outputs: 1,
    classes: 0,
    isClassification: false,
    fileParameters: {},
    defaultMetric: 'mae',
    faultOf: () => null,
    estimateBaseScores(data) {
      const mean = meanLabel(data);
      const rows = data.labels.length;
      const [gradients, hessians] = [new Float32Array(rows), new Float32Array(rows)];
      differentiate(new Float32Array(rows).fill(mean), data, gradients, hessians);
      return [fround(newtonStep(gradients, hessians) + mean)];
    },
    faultOfBaseScore: () => null,
    toMargin: fround,
    differentiate([margins], data, { gradients, hessians }) {
      differentiate(margins!, data, gradients[0]!, hessians[0]!);
    },
    answer: (margins) => margins,
  };
}

function differentiate(
  margins: Float32Array,
  data: LabeledRows,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  const { labels, weights } = data;
  const scale = residualScale(margins, data);
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1;
    const residual = fround(margins[row]! - labels[row]!);
    const norm = fround(Math.sqrt(scale * scale + residual * residual));
    const curvature = norm > 0 ? fround(scale / norm) : 1;
    gradients[row] = fround(weight * residual) * curvature;
    hessians[row] = weight * curvature;
  }
}
