import type { BinaryConfusion, BinaryMetrics } from './binary-evaluation.ts';
import type { BinaryRows } from './binary-rows.ts';
import { createBinSums, measureCalibration } from './calibration-table.ts';
import { measureConfusion } from './confusion-measures.ts';
import { measureRanking } from './measure-ranking.ts';

/** The names of the metrics, in the order in which `createBinaryMeasure` writes them. */
export const binaryMeasures: readonly (keyof BinaryMetrics)[] = [
  'auc',
  'averagePrecision',
  'logLoss',
  'brier',
  'calibrationError',
  'kolmogorovSmirnov',
  'accuracy',
  'balancedAccuracy',
  'precision',
  'recall',
  'specificity',
  'f1',
  'matthews',
];

/** Prepares the measuring of rows under weights of their own, which writes one number per metric. */
export function createBinaryMeasure(
  rows: BinaryRows,
  calibrationBins: number,
): (weights: Float64Array, measures: Float64Array) => void {
  const sums = createBinSums(calibrationBins);
  const ranking = { auc: 0, averagePrecision: 0, kolmogorovSmirnov: 0 };
  const { outcomes, ends, logLosses, squares } = rows;
  return (weights, measures) => {
    measureRanking(outcomes, weights, ends, ranking);
    const calibrationError = measureCalibration(rows, weights, sums);
    let total = 0;
    let logLoss = 0;
    let brier = 0;
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k]!;
      total += weight;
      logLoss += weight * logLosses[k]!;
      brier += weight * squares[k]!;
    }
    const found = {
      ...ranking,
      ...measureConfusion(countConfusion(rows, weights)),
      logLoss: logLoss / total,
      brier: brier / total,
      calibrationError,
    };
    for (let k = 0; k < measures.length; k++) measures[k] = found[binaryMeasures[k]!];
  };
}

/** The confusion of rows with these weights. */
export function countConfusion(
  { outcomes, predicted }: Pick<BinaryRows, 'outcomes' | 'predicted'>,
  weights: Float64Array,
): BinaryConfusion {
  let truePositives = 0;
  let falsePositives = 0;
  let trueNegatives = 0;
  let falseNegatives = 0;
  for (let k = 0; k < predicted; k++) {
    if (outcomes[k] === 1) truePositives += weights[k]!;
    else falsePositives += weights[k]!;
  }
  for (let k = predicted; k < weights.length; k++) {
    if (outcomes[k] === 1) falseNegatives += weights[k]!;
    else trueNegatives += weights[k]!;
  }
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}
