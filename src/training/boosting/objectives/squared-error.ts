import type { BoostingObjective } from './boosting-objective.ts';
import { meanLabel } from './weighted-means.ts';

const { fround } = Math;

/** `reg:squarederror`: half the squared difference, so the hessian of a row is its weight. */
export function createSquaredError(): BoostingObjective {
  return {
    name: 'reg:squarederror',
    outputs: 1,
    classes: 0,
    isClassification: false,
    fileParameters: { scale_pos_weight: '1' },
    defaultMetric: 'rmse',
    faultOf: () => null,
    estimateBaseScores: (data) => [meanLabel(data)],
    faultOfBaseScore: () => null,
    toMargin: fround,
    differentiate([margins], { labels, weights }, derivatives) {
      const gradients = derivatives.gradients[0]!;
      const hessians = derivatives.hessians[0]!;
      for (let row = 0; row < labels.length; row++) {
        const weight = weights?.[row] ?? 1;
        gradients[row] = fround(margins![row]! - labels[row]!) * weight;
        hessians[row] = weight;
      }
    },
    answer: (margins) => margins,
  };
}
