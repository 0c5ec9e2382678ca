// What: a logistic map from scores to probabilities.
// Source: Platt, Probabilistic outputs for support vector machines (1999), with its targets; Newton's method as in Lin, Lin
//   and Weng, A note on Platt's probabilistic outputs, Machine Learning 68 (2007); scikit-learn, `_sigmoid_calibration`.
// Complexity: O(n) per step; ten steps or so.
// Invariant: the gradient at the end is 0 up to rounding; a weight of 2 is the row twice.
import { SpillwayError } from '../../core/index.ts';
import type { Calibrator } from '../../model/index.ts';
import { type CalibrationRows, readCalibrationRows } from './calibration-rows.ts';

const mostSteps = 200;

/** A gradient this small, per unit of weight, is 0. */
const flatGradient = 1e-13;

/**
 * Fits Platt's calibrator to rows that the classifier has not seen. Scores are best given before the link (margins).
 * @throws SpillwayError `INVALID_DATA` for rows that cannot be used, or of one label only.
 */
export function fitSigmoid(given: CalibrationRows): Extract<Calibrator, { kind: 'sigmoid' }> {
  const { scores, labels, weights } = readCalibrationRows(given);
  let positives = 0;
  let negatives = 0;
  let largest = 0;
  for (let k = 0; k < scores.length; k++) {
    if (labels[k] === 1) positives += weights[k]!;
    else negatives += weights[k]!;
    largest = Math.max(largest, Math.abs(scores[k]!));
  }
  // scores of any size give the same answer, but steps are best taken where they are about 1
  const scale = largest > 0 ? largest : 1;
  const rows: PlattRows = {
    scores: scores.map((score) => score / scale),
    targets: labels.map((label) =>
      label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
    ),
    weights,
  };
  const start = { slope: 0, intercept: Math.log((negatives + 1) / (positives + 1)) };
  const { slope, intercept } = descend(rows, start, (positives + negatives) * flatGradient);
  return Object.freeze({ kind: 'sigmoid', slope: slope / scale, intercept });
}

interface PlattRows {
  readonly scores: Float64Array;
  /** What the probabilities should be. */
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

function descend(rows: PlattRows, start: Line, enough: number): Line {
  let line = start;
  let loss = lossOf(rows, line);
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, change } = stepFrom(rows, line);
    if (gradient <= enough) return line;
    let length = 1;
    let next = line;
    let nextLoss = loss;
    for (;;) {
      next = {
        slope: line.slope + length * change.slope,
        intercept: line.intercept + length * change.intercept,
      };
      nextLoss = lossOf(rows, next);
      if (nextLoss <= loss) break;
      length /= 2;
      // the loss is flat up to rounding: no step makes it less
      if (length < 1e-10) return line;
    }
    if (next.slope === line.slope && next.intercept === line.intercept) return line;
    line = next;
    loss = nextLoss;
  }
  throw new SpillwayError('INTERNAL', `Platt's calibrator did not settle in ${mostSteps} steps`);
}

/** Newton's step, and the length of the gradient that it starts from. */
function stepFrom(
  { scores, targets, weights }: PlattRows,
  { slope, intercept }: Line,
): { readonly gradient: number; readonly change: Line } {
  let onSlope = 0;
  let onIntercept = 0;
  // a ridge too small to be seen, for scores that are all the same
  let slopes = 1e-12;
  let both = 0;
  let intercepts = 1e-12;
  for (let k = 0; k < scores.length; k++) {
    const score = scores[k]!;
    const probability = 1 / (1 + Math.exp(slope * score + intercept));
    const excess = weights[k]! * (targets[k]! - probability);
    const bend = weights[k]! * probability * (1 - probability);
    onSlope += score * excess;
    onIntercept += excess;
    slopes += score * score * bend;
    both += score * bend;
    intercepts += bend;
  }
  const determinant = slopes * intercepts - both * both;
  return {
    gradient: Math.max(Math.abs(onSlope), Math.abs(onIntercept)),
    change: {
      slope: (both * onIntercept - intercepts * onSlope) / determinant,
      intercept: (both * onSlope - slopes * onIntercept) / determinant,
    },
  };
}

/** Cross-entropy, written so that no exponential overflows. */
function lossOf({ scores, targets, weights }: PlattRows, { slope, intercept }: Line): number {
  let loss = 0;
  for (let k = 0; k < scores.length; k++) {
    const exponent = slope * scores[k]! + intercept;
    const tail = Math.log1p(Math.exp(-Math.abs(exponent)));
    const row = exponent >= 0 ? targets[k]! * exponent + tail : (targets[k]! - 1) * exponent + tail;
    loss += weights[k]! * row;
  }
  return loss;
}
