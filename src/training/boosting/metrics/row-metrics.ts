// What: metrics that are a mean over rows.
// Source: dmlc/xgboost 3.4, src/metric/elementwise_metric.cu, multiclass_metric.cu and src/common/quantile_loss_utils.h.
// Complexity: linear in the rows.
// Invariant: the answer of a row is float32, sums are float64, as there; within 1e-6 of XGBoost's numbers.
import type { LabeledRows, Margins } from '../objectives/boosting-objective.ts';
import { totalWeight } from '../objectives/weighted-means.ts';

const { fround } = Math;
const tiny = fround(1e-16);
const small = fround(1e-6);

/** A number that says how good answers are. */
export type Measure = (answers: Margins, data: LabeledRows) => number;

/** Makes the metric of a mean of one number per row with a single answer. */
function meanOf(
  measureRow: (label: number, answer: number) => number,
  finish: (mean: number) => number = (mean) => mean,
): Measure {
  return ([answers], { labels, weights }) => {
    let sum = 0;
    for (const [row, label] of labels.entries()) {
      sum += fround(fround(measureRow(label, answers![row]!)) * (weights?.[row] ?? 1));
    }
    return finish(sum / totalWeight(labels.length, weights));
  };
}

function squaredDifference(label: number, answer: number): number {
  return fround(label - answer) ** 2;
}

/** The metrics without parameters, by XGBoost's names. */
export const rowMetrics: Readonly<Record<string, Measure>> = Object.freeze({
  rmse: meanOf(squaredDifference, Math.sqrt),
  mae: meanOf((label, answer) => Math.abs(label - answer)),
  mape: meanOf((label, answer) => Math.abs(fround(label - answer) / label)),
  rmsle: meanOf(
    (label, answer) => squaredDifference(fround(Math.log1p(label)), fround(Math.log1p(answer))),
    Math.sqrt,
  ),
  logloss: meanOf(
    (label, answer) =>
      -(label === 0 ? 0 : label * Math.log(Math.max(answer, tiny))) -
      (label === 1 ? 0 : (1 - label) * Math.log(Math.max(fround(1 - answer), tiny))),
  ),
  'poisson-nloglik': meanOf((label, answer) => {
    const mean = Math.max(answer, tiny);
    return logFactorial(label) + mean - Math.log(mean) * label;
  }),
  'gamma-deviance': meanOf(
    (label, answer) => {
      const [y, mean] = [fround(label + small), fround(answer + small)];
      return Math.log(fround(mean / y)) + fround(y / mean) - 1;
    },
    (mean) => 2 * mean,
  ),
  'gamma-nloglik': meanOf((label, answer) => {
    const mean = Math.max(answer, small);
    return label / mean + Math.log(mean);
  }),
});

/** `error@threshold`: how often an answer is on the wrong side. */
export function createErrorMetric(threshold: number): Measure {
  const bound = fround(threshold);
  return meanOf((label, answer) => (answer > bound ? 1 - label : label));
}

/** `tweedie-nloglik@power`. */
export function createTweedieMetric(power: number): Measure {
  const rho = fround(power);
  return meanOf((label, answer) => {
    const logarithm = Math.log(answer);
    // power 1 is the limit, Poisson without its constant
    const first =
      rho === 1 ? label * logarithm : (label * Math.exp((1 - rho) * logarithm)) / (1 - rho);
    return Math.exp((2 - rho) * logarithm) / (2 - rho) - first;
  });
}

/** `quantile`: the mean pinball loss over rows and quantiles. */
export function createQuantileMetric(quantiles: readonly number[]): Measure {
  return (answers, data) => {
    const losses = quantiles.map((quantile, output) =>
      meanOf((label, answer) => {
        const difference = label - answer;
        return difference >= 0 ? quantile * difference : (quantile - 1) * difference;
      })([answers[output]!], data),
    );
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  };
}

/** The metrics of several classes, by XGBoost's names. */
export const classMetrics: Readonly<Record<string, Measure>> = Object.freeze({
  mlogloss: meanOverClasses((answers, row, label) =>
    fround(-Math.log(Math.max(answers[label]![row]!, tiny))),
  ),
  merror: meanOverClasses((answers, row, label) => {
    let chosen = 0;
    for (let output = 1; output < answers.length; output++) {
      if (answers[output]![row]! > answers[chosen]![row]!) chosen = output;
    }
    return chosen === label ? 0 : 1;
  }),
});

function meanOverClasses(
  measureRow: (answers: Margins, row: number, label: number) => number,
): Measure {
  return (answers, { labels, weights }) => {
    let sum = 0;
    for (const [row, label] of labels.entries()) {
      sum += measureRow(answers, row, label) * (weights?.[row] ?? 1);
    }
    return sum / totalWeight(labels.length, weights);
  };
}

/** log(y!) for y of at least 0, fractions allowed: Stirling's series after shifting y above 8. */
function logFactorial(y: number): number {
  let shifted = y + 1;
  let below = 0;
  for (; shifted < 8; shifted++) below += Math.log(shifted);
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - below;
}
