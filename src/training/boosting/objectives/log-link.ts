// What: the losses whose answer is e^margin: Poisson for counts, gamma for positive amounts, Tweedie for amounts with many 0.
// Source: dmlc/xgboost 3.4, `PoissonRegression` and `TweedieRegression` of src/objective/regression_obj.cu, `GammaDeviance`
// of src/objective/regression_loss.h.
// Complexity: linear in the rows.
// Invariant: float32 after each step, as there.
import { logf } from '../../../formats/index.ts';
import { expf } from '../../../inference/index.ts';
import type { BoostingObjective } from './boosting-objective.ts';
import { meanLabel } from './weighted-means.ts';

const { fround } = Math;

/** The derivatives of one row at a margin, before its weight. */
type Derive = (margin: number, label: number) => readonly [gradient: number, hessian: number];

/** `count:poisson`; `largestStep` is `max_delta_step`, which also makes the hessians greater. */
export function createPoisson(largestStep: number): BoostingObjective {
  const step = fround(largestStep);
  return createLogLink({
    name: 'count:poisson',
    fileParameters: { max_delta_step: String(largestStep) },
    defaultMetric: 'poisson-nloglik',
    faultOf: notNegative,
    derive: (margin, label) => [fround(expf(margin) - label), expf(fround(margin + step))],
  });
}

/** `reg:gamma`. */
export function createGamma(): BoostingObjective {
  return createLogLink({
    name: 'reg:gamma',
    fileParameters: { scale_pos_weight: '1' },
    defaultMetric: 'gamma-deviance',
    faultOf: (label) => (label > 0 ? null : 'expected a number above 0'),
    derive(margin, label) {
      const ratio = fround(label / expf(margin));
      return [fround(1 - ratio), ratio];
    },
  });
}

/** `reg:tweedie`; `power` is `tweedie_variance_power`, 1 (Poisson) to below 2 (gamma). */
export function createTweedie(power: number): BoostingObjective {
  const one = fround(1 - fround(power));
  const two = fround(2 - fround(power));
  return createLogLink({
    name: 'reg:tweedie',
    fileParameters: { tweedie_variance_power: String(power) },
    defaultMetric: `tweedie-nloglik@${power}`,
    faultOf: notNegative,
    derive(margin, label) {
      const first = expf(fround(one * margin));
      const second = expf(fround(two * margin));
      return [
        fround(fround(-label * first) + second),
        fround(fround(fround(-label * one) * first) + fround(two * second)),
      ];
    },
  });
}

function notNegative(label: number): string | null {
  return label >= 0 ? null : 'expected a number of at least 0';
}

function createLogLink({
  derive,
  ...objective
}: Pick<BoostingObjective, 'name' | 'fileParameters' | 'defaultMetric' | 'faultOf'> & {
  derive: Derive;
}): BoostingObjective {
  return {
    ...objective,
    outputs: 1,
    classes: 0,
    isClassification: false,
    estimateBaseScores: (data) => [meanLabel(data)],
    faultOfBaseScore: (score) => (score > 0 ? null : 'expected a number above 0'),
    toMargin: (answer) => logf(fround(answer)),
    differentiate([margins], { labels, weights }, derivatives) {
      const gradients = derivatives.gradients[0]!;
      const hessians = derivatives.hessians[0]!;
      for (let row = 0; row < labels.length; row++) {
        const weight = weights?.[row] ?? 1;
        const [gradient, hessian] = derive(margins![row]!, labels[row]!);
        gradients[row] = gradient * weight;
        hessians[row] = hessian * weight;
      }
    },
    answer: (margins) => margins.map((output) => output.map(expf)),
  };
}
