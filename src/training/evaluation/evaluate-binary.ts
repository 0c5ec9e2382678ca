// What: metrics, intervals, curves and tables of the probabilities of a positive label.
// Source: scikit-learn 1.9 for the values; DeLong et al. (1988) and Efron (1993) for the intervals; see the files imported.
// Complexity: O(n log n) for the ranking, then O(n) per draw of the bootstrap.
// Invariant: the same rows and seed give the same result; a row of weight 2 counts as two in every value.
import { createSeededRandom } from '../../core/index.ts';
import { countScores, tabulateLift, traceCurves } from './binary-curves.ts';
import type {
  BinaryEvaluation,
  BinaryEvaluationOptions,
  BinaryMetrics,
} from './binary-evaluation.ts';
import { type BinaryRows, readBinaryRows } from './binary-rows.ts';
import { measureDraws } from './bootstrap.ts';
import { tabulateCalibration } from './calibration-table.ts';
import { estimateAuc } from './estimate-auc.ts';
import { estimateFromDraws } from './estimate-from-draws.ts';
import { type EvaluationSettings, readEvaluationSettings } from './evaluation-settings.ts';
import { freezeDeep } from './freeze-deep.ts';
import { binaryMeasures, countConfusion, createBinaryMeasure } from './measure-binary.ts';
import type { Metric } from './metric.ts';
import { placesOf } from './places-of.ts';

/**
 * Measures how well the probabilities of a positive label predict it.
 * @throws SpillwayError `INVALID_DATA` for rows that cannot be evaluated, `INVALID_CONFIG` with every fault of the options.
 */
export function evaluateBinary(options: BinaryEvaluationOptions): BinaryEvaluation {
  const settings = readEvaluationSettings('evaluateBinary', options);
  const { threshold, calibrationBins, curvePoints, bootstrap } = settings;
  const rows = readBinaryRows(options, threshold);
  const { outcomes, weights, isUniform } = rows;
  const confusion = countConfusion(rows, weights);
  const positiveWeight = confusion.truePositives + confusion.falseNegatives;
  const negativeWeight = confusion.trueNegatives + confusion.falsePositives;
  const positives = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  return freezeDeep({
    task: 'binary',
    rows: outcomes.length,
    positives,
    baseRate: positiveWeight / (positiveWeight + negativeWeight),
    threshold,
    metrics: estimateMetrics(rows, settings),
    confusion,
    ...traceCurves(rows, curvePoints),
    calibration: tabulateCalibration(rows, weights, calibrationBins, isUniform),
    lift: tabulateLift(rows),
    histogram: countScores(rows),
    bootstrap,
    warnings: warnOfLabels(positives, outcomes.length - positives),
  } satisfies BinaryEvaluation);
}

const oneLabel = 'the rows are all of one label';
const neverUndefined = 'there are no rows';

/** Why a metric is not defined, when it is not. */
const reasons: Readonly<Record<keyof BinaryMetrics, string>> = {
  auc: oneLabel,
  averagePrecision: oneLabel,
  logLoss: neverUndefined,
  brier: neverUndefined,
  calibrationError: neverUndefined,
  kolmogorovSmirnov: oneLabel,
  accuracy: neverUndefined,
  balancedAccuracy: oneLabel,
  precision: 'no row is predicted positive',
  recall: 'no row is positive',
  specificity: 'no row is negative',
  f1: 'no row is positive or predicted so',
  matthews: 'the rows or the predictions are all of one label',
};

function estimateMetrics(rows: BinaryRows, settings: EvaluationSettings): BinaryMetrics {
  const { draws, seed } = settings.bootstrap;
  const measure = createBinaryMeasure(rows, settings.calibrationBins);
  const values = new Float64Array(binaryMeasures.length);
  measure(rows.weights, values);
  const positive = placesOf(rows.outcomes, 1);
  const negative = placesOf(rows.outcomes, 0);
  const drawn = measureDraws({
    strata: [negative, positive],
    weights: rows.weights,
    draws,
    random: createSeededRandom(seed),
    measures: binaryMeasures.length,
    measure,
  });
  const sharesOf: Readonly<Partial<Record<keyof BinaryMetrics, number>>> = {
    accuracy: rows.outcomes.length,
    precision: rows.predicted,
    recall: positive.length,
    specificity: negative.length,
  };
  const estimate = (name: keyof BinaryMetrics): Metric => {
    const place = binaryMeasures.indexOf(name);
    return estimateFromDraws({
      value: values[place]!,
      draws: drawn[place]!,
      reason: reasons[name],
      risesWhenDrawn: name === 'calibrationError' || name === 'kolmogorovSmirnov',
      shareOf: rows.isUniform ? sharesOf[name] : undefined,
    });
  };
  return {
    auc: rows.isUniform ? estimateAuc(rows.outcomes, rows.ends) : estimate('auc'),
    averagePrecision: estimate('averagePrecision'),
    logLoss: estimate('logLoss'),
    brier: estimate('brier'),
    calibrationError: estimate('calibrationError'),
    kolmogorovSmirnov: estimate('kolmogorovSmirnov'),
    accuracy: estimate('accuracy'),
    balancedAccuracy: estimate('balancedAccuracy'),
    precision: estimate('precision'),
    recall: estimate('recall'),
    specificity: estimate('specificity'),
    f1: estimate('f1'),
    matthews: estimate('matthews'),
  };
}

/** Fewer rows of a label than this make every figure about it rough. */
const fewRows = 30;

function warnOfLabels(positives: number, negatives: number): readonly string[] {
  const warnings: string[] = [];
  for (const [name, rows] of [
    ['positive', positives],
    ['negative', negatives],
  ] as const) {
    if (rows === 0) warnings.push(`no row is ${name}: what compares the labels is not defined`);
    else if (rows < fewRows) {
      warnings.push(`only ${rows} ${name} ${rows === 1 ? 'row' : 'rows'}: the figures are rough`);
    }
  }
  return warnings;
}
