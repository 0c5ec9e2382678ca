import { createBinSums, measureCalibration } from './calibration-table.ts';
import { type ClassRanking, measureClass } from './class-ranking.ts';
import type { ClassEvaluation, MulticlassMetrics } from './multiclass-evaluation.ts';
import type { MulticlassRows } from './multiclass-rows.ts';

/** The names of the metrics of the whole, in the order in which they are written. */
export const multiclassMeasures: readonly (keyof MulticlassMetrics)[] = [
  'accuracy',
  'balancedAccuracy',
  'logLoss',
  'brier',
  'calibrationError',
  'macroAuc',
  'weightedAuc',
  'macroPrecision',
  'weightedPrecision',
  'microPrecision',
  'macroRecall',
  'weightedRecall',
  'microRecall',
  'macroF1',
  'weightedF1',
  'microF1',
  'matthews',
];

/** The metrics of one label against the rest. */
export type ClassMetrics = Pick<
  ClassEvaluation,
  'precision' | 'recall' | 'f1' | 'auc' | 'averagePrecision'
>;

/** Their names, in the order in which they are written, label by label after those of the whole. */
export const classMeasures: readonly (keyof ClassMetrics)[] = [
  'precision',
  'recall',
  'f1',
  'auc',
  'averagePrecision',
];

/** Prepares the measuring of rows under weights of their own, which writes one number per metric. */
export function createMulticlassMeasure(
  rows: MulticlassRows,
  rankings: readonly ClassRanking[],
  calibrationBins: number,
): (weights: Float64Array, measures: Float64Array) => void {
  const { codes, predicted, logLosses, squares, top } = rows;
  const classes = rankings.length;
  const sums = createBinSums(calibrationBins);
  const topWeights = new Float64Array(codes.length);
  const ranking = { auc: 0, averagePrecision: 0, kolmogorovSmirnov: 0 };
  return (weights, measures) => {
    const confusion = countClasses(codes, predicted, weights, classes);
    let total = 0;
    let logLoss = 0;
    let brier = 0;
    for (let row = 0; row < weights.length; row++) {
      const weight = weights[row]!;
      total += weight;
      logLoss += weight * logLosses[row]!;
      brier += weight * squares[row]!;
      topWeights[row] = weights[top.order[row]!]!;
    }
    const perClass = rankings.map((ranked, code) => {
      measureClass(ranked, weights, ranking);
      const { auc, averagePrecision } = ranking;
      return { ...measureLabel(confusion, code, classes), auc, averagePrecision };
    });
    const { hits, agreement } = agreementOf(confusion, classes, total);
    const macro = (name: keyof ClassMetrics): number =>
      sumOf(perClass.map((found) => found[name])) / classes;
    const weighted = (name: keyof ClassMetrics): number =>
      // a label that did not come has no part in the mean, defined or not
      sumOf(perClass.map((found) => (found.support === 0 ? 0 : found.support * found[name]))) /
      total;
    const accuracy = hits / total;
    const found: Readonly<Record<keyof MulticlassMetrics, number>> = {
      accuracy,
      balancedAccuracy: macro('recall'),
      logLoss: logLoss / total,
      brier: brier / total,
      calibrationError: measureCalibration(top, topWeights, sums),
      macroAuc: macro('auc'),
      weightedAuc: weighted('auc'),
      macroPrecision: macro('precision'),
      weightedPrecision: weighted('precision'),
      // of one label per row, all three are the share that is right
      microPrecision: accuracy,
      macroRecall: macro('recall'),
      weightedRecall: accuracy,
      microRecall: accuracy,
      macroF1: macro('f1'),
      weightedF1: weighted('f1'),
      microF1: accuracy,
      matthews: agreement,
    };
    let place = 0;
    for (const name of multiclassMeasures) measures[place++] = found[name];
    for (const label of perClass) {
      for (const name of classMeasures) measures[place++] = label[name];
    }
  };
}

/** Sums of weights by label and prediction, row by row of the confusion. */
export function countClasses(
  codes: Uint32Array,
  predicted: Uint32Array,
  weights: Float64Array,
  classes: number,
): Float64Array {
  const confusion = new Float64Array(classes * classes);
  for (let row = 0; row < codes.length; row++) {
    confusion[codes[row]! * classes + predicted[row]!]! += weights[row]!;
  }
  return confusion;
}

function measureLabel(
  confusion: Float64Array,
  code: number,
  classes: number,
): {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
} {
  let support = 0;
  let answered = 0;
  for (let other = 0; other < classes; other++) {
    support += confusion[code * classes + other]!;
    answered += confusion[other * classes + code]!;
  }
  const hits = confusion[code * classes + code]!;
  return {
    precision: hits / answered,
    recall: hits / support,
    f1: (2 * hits) / (support + answered),
    support,
  };
}

/** The weight of what is right, and Matthews' correlation for several labels (Gorodkin, 2004). */
function agreementOf(
  confusion: Float64Array,
  classes: number,
  total: number,
): { readonly hits: number; readonly agreement: number } {
  let hits = 0;
  let both = 0;
  let ofLabels = 0;
  let ofPredictions = 0;
  for (let code = 0; code < classes; code++) {
    let support = 0;
    let answered = 0;
    for (let other = 0; other < classes; other++) {
      support += confusion[code * classes + other]! / total;
      answered += confusion[other * classes + code]! / total;
    }
    hits += confusion[code * classes + code]!;
    both += support * answered;
    ofLabels += support * support;
    ofPredictions += answered * answered;
  }
  const spread = (1 - ofLabels) * (1 - ofPredictions);
  const agreement = spread > 0 ? (hits / total - both) / Math.sqrt(spread) : Number.NaN;
  return { hits, agreement };
}

function sumOf(numbers: readonly number[]): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
