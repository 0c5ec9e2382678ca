// What: metrics that are a mean over rows.
// Source: dmlc/xgboost 3.4, src/metric/elementwise_metric.cu, multiclass_metric.cu and src/common/quantile_loss_utils.h.
// Complexity: linear in the rows.
// Invariant: float32 for each row and float64 sums in blocks of rows, as there: where answers are the same, so are the last
// bits, on which early stopping hangs when metrics no longer move. Not so rmsle and poisson-nloglik, within 1e-6.
import { logf } from '../../../formats/index.ts';
import { expf } from '../../../inference/index.ts';
import type { LabeledRows, Margins } from '../objectives/boosting-objective.ts';

const { fround } = Math;
const tiny = fround(1e-16);
const small = fround(1e-6);
/** So many numbers are summed by themselves before they are added to the others. */
const blockSize = 2048;

/** A number that says how good answers are. */
export type Measure = (answers: Margins, data: LabeledRows) => number;

/** Makes the metric of a mean of one number per row with a single answer. */
function meanOf(
  measureRow: (label: number, answer: number) => number,
  finish: (mean: number) => number = (mean) => mean,
): Measure {
  return (answers, data) =>
    finish(meanOverAnswers(answers, data, (label, answer) => measureRow(label, answer)));
}

/** The weighted mean over all answers, row by row. */
function meanOverAnswers(
  answers: Margins,
  { labels, weights }: LabeledRows,
  measureAnswer: (label: number, answer: number, output: number) => number,
): number {
  const outputs = answers.length;
  const count = labels.length * outputs;
  let [sum, total] = [0, 0];
  for (let start = 0; start < count; start += blockSize) {
    let [sumOfBlock, totalOfBlock] = [0, 0];
    for (let index = start; index < Math.min(start + blockSize, count); index++) {
      const output = index % outputs;
      const row = (index - output) / outputs;
      const weight = weights?.[row] ?? 1;
      const measured = fround(measureAnswer(labels[row]!, answers[output]![row]!, output));
      sumOfBlock += fround(measured * weight);
      totalOfBlock += weight;
    }
    sum += sumOfBlock;
    total += totalOfBlock;
  }
  return sum / total;
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
    (label, answer) => timesLog(-label, answer) + timesLog(fround(label - 1), fround(1 - answer)),
  ),
  'poisson-nloglik': meanOf((label, answer) => {
    const mean = Math.max(answer, tiny);
    return fround(fround(logFactorial(label)) + mean) - fround(logf(mean) * label);
  }),
  'gamma-deviance': meanOf(
    (label, answer) => {
      const [y, mean] = [fround(label + small), fround(answer + small)];
      return fround(logf(fround(mean / y)) + fround(y / mean)) - 1;
    },
    (mean) => 2 * mean,
  ),
  'gamma-nloglik': meanOf((label, answer) => {
    const theta = fround(-1 / Math.max(answer, small));
    return -fround(fround(label * theta) + logf(-theta));
  }),
});

/** `factor * log(answer)`, 0 for a factor of 0. */
function timesLog(factor: number, answer: number): number {
  return factor === 0 ? 0 : fround(factor * logf(Math.max(answer, tiny)));
}

/** `error@threshold`: how often an answer is on the wrong side. */
export function createErrorMetric(threshold: number): Measure {
  const bound = fround(threshold);
  return meanOf((label, answer) => (answer > bound ? 1 - label : label));
}

/** `tweedie-nloglik@power`. Power 1 is the limit, Poisson without its constant; XGBoost divides by 0 there. */
export function createTweedieMetric(power: number): Measure {
  const one = fround(1 - fround(power));
  const two = fround(2 - fround(power));
  return meanOf((label, answer) => {
    const logarithm = logf(answer);
    const first =
      one === 0
        ? fround(label * logarithm)
        : fround(fround(label * expf(fround(one * logarithm))) / one);
    return fround(expf(fround(two * logarithm)) / two) - first;
  });
}

/** `quantile`: the mean pinball loss over rows and quantiles. */
export function createQuantileMetric(quantiles: readonly number[]): Measure {
  const above = Float32Array.from(quantiles);
  const below = above.map((quantile) => quantile - 1);
  return (answers, data) =>
    meanOverAnswers(answers, data, (label, answer, output) => {
      const difference = fround(label - answer);
      return difference * (difference >= 0 ? above : below)[output]!;
    });
}

/** The metrics of several classes, by XGBoost's names. */
export const classMetrics: Readonly<Record<string, Measure>> = Object.freeze({
  mlogloss: meanOverClasses((answers, row, label) => -logf(Math.max(answers[label]![row]!, tiny))),
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
    let [sum, total] = [0, 0];
    for (const [row, label] of labels.entries()) {
      const weight = weights?.[row] ?? 1;
      sum += fround(measureRow(answers, row, label) * weight);
      total += weight;
    }
    return sum / total;
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
