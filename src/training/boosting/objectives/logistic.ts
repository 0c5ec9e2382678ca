// What: the logistic loss, for classes 0 and 1 or for probabilities as labels.
// Source: dmlc/xgboost 3.4, `LogisticRegression` of src/objective/regression_loss.h.
// Complexity: linear in the rows.
// Invariant: float32 after each step, as there.
import { logf } from '../../../formats/index.ts';
import type { BoostingObjective, LabeledRows, Margins } from './boosting-objective.ts';
import {
  createDifferentiate,
  type Differentiate,
  differentiatePlainly,
  sigmoid,
} from './logistic-gradients.ts';
import { meanLabel, newtonStep } from './weighted-means.ts';

const { fround } = Math;
const leastScore = fround(1e-6);
const greatestScore = fround(1 - leastScore);
/** From so many rows on a kernel is worth its making. */
const fewestRows = 4096;

/** `binary:logistic` and `reg:logistic`; rows of label 1 count `positiveWeight` times. */
export function createLogistic(
  name: 'binary:logistic' | 'reg:logistic',
  positiveWeight: number,
): BoostingObjective {
  const isBinary = name === 'binary:logistic';
  const scale = fround(positiveWeight);
  let kernel: Differentiate = differentiatePlainly;
  let rowsOfKernel = 0;

  function differentiate(
    margins: Float32Array,
    { labels, weights }: LabeledRows,
    gradients: Float32Array,
    hessians: Float32Array,
  ): void {
    const rows = labels.length;
    if (rows !== rowsOfKernel) {
      kernel = (rows < fewestRows ? null : createDifferentiate(rows)) ?? differentiatePlainly;
      rowsOfKernel = rows;
    }
    kernel(margins, labels, gradients, hessians);
    if (weights === null && scale === 1) return;
    for (let row = 0; row < labels.length; row++) {
      const weight = fround((weights?.[row] ?? 1) * (labels[row] === 1 ? scale : 1));
      gradients[row]! *= weight;
      hessians[row]! *= weight;
    }
  }

  return {
    name,
    outputs: 1,
    classes: 0,
    isClassification: isBinary,
    fileParameters: { scale_pos_weight: String(positiveWeight) },
    defaultMetric: isBinary ? 'logloss' : 'rmse',
    faultOf: (label) => {
      if (isBinary) return label === 0 || label === 1 ? null : 'expected 0 or 1';
      return label >= 0 && label <= 1 ? null : 'expected a number from 0 to 1';
    },
    estimateBaseScores(data) {
      if (Math.abs(scale - 1) <= leastScore) return [meanLabel(data)];
      const rows = data.labels.length;
      const [gradients, hessians] = [new Float32Array(rows), new Float32Array(rows)];
      differentiate(new Float32Array(rows), data, gradients, hessians);
      return [sigmoid(newtonStep(gradients, hessians))];
    },
    faultOfBaseScore: (score) =>
      score > 0 && score < 1 ? null : 'expected a number between 0 and 1',
    toMargin(answer) {
      const inside = Math.min(Math.max(fround(answer), leastScore), greatestScore);
      return -logf(fround(fround(1 / inside) - 1));
    },
    differentiate(margins, data, { gradients, hessians }) {
      differentiate(margins[0]!, data, gradients[0]!, hessians[0]!);
    },
    answer: (margins: Margins) => margins.map((output) => output.map(sigmoid)),
  };
}
