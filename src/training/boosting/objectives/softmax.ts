// What: the logarithmic loss of several classes, one margin each.
// Source: dmlc/xgboost 3.4, `SoftmaxMultiClassObj` of src/objective/multiclass_obj.cu.
// Complexity: rows * classes.
// Invariant: float32 after each step, sums of e^margin in float64, as there.
import { logf } from '../../../formats/index.ts';
import { expf } from '../../../inference/index.ts';
import type { BoostingObjective, LabeledRows, Margins } from './boosting-objective.ts';
import { totalWeight } from './weighted-means.ts';

const { fround } = Math;
const leastHessian = fround(1e-16);
const leastShare = fround(1e-6);

/** `multi:softprob` and `multi:softmax`, which differ only in what XGBoost's own `predict` answers. */
export function createSoftmax(
  name: 'multi:softprob' | 'multi:softmax',
  classes: number,
): BoostingObjective {
  return {
    name,
    outputs: classes,
    classes,
    isClassification: true,
    fileParameters: { num_class: String(classes) },
    defaultMetric: 'mlogloss',
    faultOf: (label) =>
      Number.isInteger(label) && label >= 0 && label < classes
        ? null
        : `expected a class from 0 to ${classes - 1}`,
    estimateBaseScores: (data) => logarithmsOfShares(data, classes),
    faultOfBaseScore: () => null,
    toMargin: fround,
    differentiate(margins, { labels, weights }, { gradients, hessians }) {
      const exponentials = new Float32Array(classes);
      for (let row = 0; row < labels.length; row++) {
        const weight = weights?.[row] ?? 1;
        const sum = exponentiate(margins, row, 0, exponentials);
        for (let output = 0; output < classes; output++) {
          const share = fround(exponentials[output]! / sum);
          const hessian = fround(fround(fround(2 * share) * fround(1 - share)) * weight);
          const difference = labels[row] === output ? fround(share - 1) : share;
          gradients[output]![row] = difference * weight;
          hessians[output]![row] = Math.max(hessian, leastHessian);
        }
      }
    },
    answer(margins) {
      const answers = margins.map((output) => new Float32Array(output.length));
      const exponentials = new Float32Array(classes);
      for (let row = 0; row < margins[0]!.length; row++) {
        const sum = exponentiate(margins, row, Number.NEGATIVE_INFINITY, exponentials);
        for (let output = 0; output < classes; output++) {
          answers[output]![row] = exponentials[output]! / sum;
        }
      }
      return answers;
    },
  };
}

/** Sets e^(margin - greatest margin) of a row and gives their sum; the greatest is taken to be at least `floor`. */
function exponentiate(margins: Margins, row: number, floor: number, into: Float32Array): number {
  let greatest = floor;
  for (const output of margins) greatest = Math.max(greatest, output[row]!);
  let sum = 0;
  for (const [output, values] of margins.entries()) {
    const exponential = expf(fround(values[row]! - greatest));
    into[output] = exponential;
    sum += exponential;
  }
  return fround(sum);
}

/** The logarithm of the share of each class, less their mean. */
function logarithmsOfShares({ labels, weights }: LabeledRows, classes: number): number[] {
  const counts = new Float32Array(classes);
  for (const [row, label] of labels.entries()) counts[label]! += weights?.[row] ?? 1;
  const total = totalWeight(labels.length, weights);
  const logarithms = counts.map((count) => logf(fround(fround(count / total) + leastShare)));
  let mean = 0;
  for (const logarithm of logarithms) mean = fround(mean + fround(logarithm / classes));
  return Array.from(logarithms, (logarithm) => fround(logarithm - mean));
}
