// What: metrics, intervals and curves of the probabilities of several labels.
// Source: scikit-learn 1.9 for the values (one-vs-rest areas); DeLong et al. (1988) for the area of one label against the
//   rest, Efron (1993) for the other intervals; see the files imported.
// Complexity: O(K n log n) for K rankings, then O(K n) per draw of the bootstrap.
// Invariant: the same rows and seed give the same result; a row of weight 2 counts as two in every value.
import { createSeededRandom } from '../../core/index.ts';
import type { Label } from '../../model/index.ts';
import { traceCurves } from './binary-curves.ts';
import { measureDraws } from './bootstrap.ts';
import { tabulateCalibration } from './calibration-table.ts';
import { type ClassRanking, rankClass } from './class-ranking.ts';
import { estimateAuc } from './estimate-auc.ts';
import { estimateFromDraws } from './estimate-from-draws.ts';
import { readEvaluationSettings } from './evaluation-settings.ts';
import { freezeDeep } from './freeze-deep.ts';
import {
  type ClassMetrics,
  classMeasures,
  countClasses,
  createMulticlassMeasure,
  multiclassMeasures,
} from './measure-multiclass.ts';
import type { Metric } from './metric.ts';
import type {
  ClassEvaluation,
  MulticlassEvaluation,
  MulticlassEvaluationOptions,
  MulticlassMetrics,
} from './multiclass-evaluation.ts';
import { readMulticlassRows } from './multiclass-rows.ts';
import { placesOf } from './places-of.ts';
import { takeInOrder } from './rank-rows.ts';

/**
 * Measures how well the probabilities of several labels predict them.
 * @throws SpillwayError `INVALID_DATA` for rows that cannot be evaluated, `INVALID_CONFIG` with every fault of the options.
 */
export function evaluateMulticlass(options: MulticlassEvaluationOptions): MulticlassEvaluation {
  const settings = readEvaluationSettings('evaluateMulticlass', options);
  const { calibrationBins, curvePoints, bootstrap } = settings;
  const { classes } = options;
  const rows = readMulticlassRows(options);
  const { codes, predicted, weights, isUniform, top } = rows;
  const rankings = classes.map((_, code) => rankClass(codes, rows.probabilities, code));
  const strata = classes.map((_, code) => placesOf(codes, code));
  const measure = createMulticlassMeasure(rows, rankings, calibrationBins);
  const measures = multiclassMeasures.length + classes.length * classMeasures.length;
  const values = new Float64Array(measures);
  measure(weights, values);
  const drawn = measureDraws({
    strata,
    weights,
    draws: bootstrap.draws,
    random: createSeededRandom(bootstrap.seed),
    measures,
    measure,
  });
  const estimate: Estimate = (place, reason, risesWhenDrawn) =>
    estimateFromDraws({ value: values[place]!, draws: drawn[place]!, reason, risesWhenDrawn });
  const counts = strata.map((members) => members.length);
  return freezeDeep({
    task: 'multiclass',
    rows: codes.length,
    classes: [...classes],
    metrics: estimateWhole(estimate),
    perClass: classes.map((label, code) => {
      const ranked = rankings[code]!;
      const weighted = takeInOrder(weights, ranked.order);
      return {
        label,
        rows: counts[code]!,
        ...estimateLabel(ranked, code, isUniform, estimate),
        ...traceCurves({ ...ranked, weights: weighted }, curvePoints),
      } satisfies ClassEvaluation;
    }),
    confusion: rowsOf(countClasses(codes, predicted, weights, classes.length), classes.length),
    calibration: tabulateCalibration(
      top,
      takeInOrder(weights, top.order),
      calibrationBins,
      isUniform,
    ),
    bootstrap,
    warnings: warnOfLabels(classes, counts),
  } satisfies MulticlassEvaluation);
}

/** Gives the metric at a place of the measures; `reason`: why it would not be defined. */
type Estimate = (place: number, reason: string, risesWhenDrawn?: boolean) => Metric;

const noRows = 'there are no rows';
const labelWithoutRows = 'a label has no rows';

/** Why a metric of the whole is not defined, when it is not. */
const reasons: Readonly<Record<keyof MulticlassMetrics, string>> = {
  accuracy: noRows,
  balancedAccuracy: labelWithoutRows,
  logLoss: noRows,
  brier: noRows,
  calibrationError: noRows,
  macroAuc: 'a label has no rows, or all',
  weightedAuc: 'a label has all rows',
  macroPrecision: 'a label is never predicted',
  weightedPrecision: 'a label that has rows is never predicted',
  microPrecision: noRows,
  macroRecall: labelWithoutRows,
  weightedRecall: noRows,
  microRecall: noRows,
  macroF1: 'a label has no rows and is never predicted',
  weightedF1: noRows,
  microF1: noRows,
  matthews: 'the rows or the predictions are all of one label',
};

function estimateWhole(estimate: Estimate): MulticlassMetrics {
  const whole = (name: keyof MulticlassMetrics): Metric =>
    estimate(multiclassMeasures.indexOf(name), reasons[name], name === 'calibrationError');
  return {
    accuracy: whole('accuracy'),
    balancedAccuracy: whole('balancedAccuracy'),
    logLoss: whole('logLoss'),
    brier: whole('brier'),
    calibrationError: whole('calibrationError'),
    macroAuc: whole('macroAuc'),
    weightedAuc: whole('weightedAuc'),
    macroPrecision: whole('macroPrecision'),
    weightedPrecision: whole('weightedPrecision'),
    microPrecision: whole('microPrecision'),
    macroRecall: whole('macroRecall'),
    weightedRecall: whole('weightedRecall'),
    microRecall: whole('microRecall'),
    macroF1: whole('macroF1'),
    weightedF1: whole('weightedF1'),
    microF1: whole('microF1'),
    matthews: whole('matthews'),
  };
}

const noOthers = 'the label has no rows, or all';

function estimateLabel(
  { outcomes, ends }: ClassRanking,
  code: number,
  isUniform: boolean,
  estimate: Estimate,
): ClassMetrics {
  const first = multiclassMeasures.length + code * classMeasures.length;
  const own = (name: keyof ClassMetrics, reason: string): Metric =>
    estimate(first + classMeasures.indexOf(name), reason);
  return {
    precision: own('precision', 'the label is never predicted'),
    recall: own('recall', 'the label has no rows'),
    f1: own('f1', 'the label has no rows and is never predicted'),
    auc: isUniform ? estimateAuc(outcomes, ends) : own('auc', noOthers),
    averagePrecision: own('averagePrecision', noOthers),
  };
}

function rowsOf(cells: Float64Array, columns: number): readonly (readonly number[])[] {
  return Array.from({ length: columns }, (_, row) => [
    ...cells.subarray(row * columns, (row + 1) * columns),
  ]);
}

/** Fewer rows of a label than this make every figure about it rough. */
const fewRows = 30;

function warnOfLabels(classes: readonly Label[], counts: readonly number[]): readonly string[] {
  const named = (places: readonly number[]): string =>
    places.map((place) => `${JSON.stringify(classes[place])} (${counts[place]!})`).join(', ');
  const places = [...counts.keys()];
  const without = places.filter((place) => counts[place] === 0);
  const few = places.filter((place) => counts[place]! > 0 && counts[place]! < fewRows);
  const warnings: string[] = [];
  if (without.length > 0) {
    warnings.push(`labels without rows, which means over labels need: ${named(without)}`);
  }
  if (few.length > 0) {
    warnings.push(`labels with few rows, the figures about them are rough: ${named(few)}`);
  }
  return warnings;
}
