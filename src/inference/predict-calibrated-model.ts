// What: the probabilities of a calibrated model for one row.
// Source: scikit-learn, `_CalibratedClassifier.predict_proba` of sklearn/calibration.py and `IsotonicRegression`.
// Complexity: that of the members; nothing is allocated per row.
// Invariant: the definition in src/model/calibrated-model.ts; probabilities of several labels sum to 1 up to rounding.
import type { CalibratedMember, CalibratedModel, Calibrator } from '../model/index.ts';
import { createScorer } from './create-scorer.ts';
import { createRowEncoder } from './encode-row.ts';
import { findPostProcessor } from './links.ts';

const { exp, fround, log } = Math;

/** Prepares the prediction of a calibrated model: writes one probability per output into `scores`. */
export function createCalibratedScorer(
  model: CalibratedModel,
): (row: Float64Array, scores: Float64Array) => void {
  const members = model.members.map(createMemberScorer);
  const probabilities = new Float64Array(model.outputs);
  return (row, scores) => {
    scores.fill(0);
    for (const predictMember of members) {
      predictMember(row, probabilities);
      for (let k = 0; k < scores.length; k++) scores[k]! += probabilities[k]!;
    }
    for (let k = 0; k < scores.length; k++) scores[k]! /= members.length;
  };
}

function createMemberScorer({
  steps,
  model,
  on,
  calibration,
}: CalibratedMember): (row: Float64Array, probabilities: Float64Array) => void {
  const encode = createRowEncoder(steps);
  const score = createScorer(model);
  const postProcess = on === 'answer' ? findPostProcessor(model) : null;
  const columns = new Float64Array(model.columns.length);
  return (row, probabilities) => {
    encode(row, columns);
    score(columns, probabilities);
    postProcess?.(probabilities);
    if (calibration.kind === 'temperature') temper(probabilities, calibration.beta, on);
    else calibrate(probabilities, calibration.calibrators);
  };
}

function calibrate(scores: Float64Array, calibrators: readonly Calibrator[]): void {
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = applyCalibrator(calibrators[k]!, scores[k]!);
    sum += scores[k]!;
  }
  if (scores.length === 1) return;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = sum === 0 ? 1 / scores.length : scores[k]! / sum;
  }
}

/** The probability of one score by one calibrator. */
export function applyCalibrator(calibrator: Calibrator, score: number): number {
  if (calibrator.kind === 'sigmoid') {
    return 1 / (1 + exp(calibrator.slope * score + calibrator.intercept));
  }
  const { x, y } = calibrator;
  const round = calibrator.arithmetic === 'float32' ? fround : identity;
  const last = x.length - 1;
  const inside = Math.min(Math.max(round(score), x[0]!), x[last]!);
  if (Number.isNaN(inside)) return inside;
  if (last === 0) return y[0]!;
  // scipy looks from below with float32, numpy from above with float64
  const isFromBelow = calibrator.arithmetic === 'float32';
  const end = isFromBelow ? last : x.length;
  let above = 1;
  for (let past = end; above < past; ) {
    const middle = (above + past) >> 1;
    if (isFromBelow ? x[middle]! < inside : x[middle]! <= inside) above = middle + 1;
    else past = middle;
  }
  if (!isFromBelow && x[above - 1] === inside) return y[above - 1]!;
  const slope = round(round(y[above]! - y[above - 1]!) / round(x[above]! - x[above - 1]!));
  return round(round(slope * round(inside - x[above - 1]!)) + y[above - 1]!);
}

function identity(number: number): number {
  return number;
}

function temper(scores: Float64Array, beta: number, on: 'score' | 'answer'): void {
  if (scores.length === 1) {
    const score = scores[0]!;
    // the margins of the two labels, which softmax turns into a logistic of their difference
    const difference = on === 'score' ? 2 * score : log(score + 1e-12) - log(1 - score + 1e-12);
    scores[0] = 1 / (1 + exp(-beta * difference));
    return;
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = beta * (on === 'score' ? scores[k]! : log(scores[k]! + 1e-12));
    highest = Math.max(highest, scores[k]!);
  }
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = exp(scores[k]! - highest);
    sum += scores[k]!;
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
}
