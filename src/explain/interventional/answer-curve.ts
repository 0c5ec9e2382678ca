// What: functions that turn a score into a probability, with the slopes of the lines through two of their points.
// Source: 1/(1+e^-u) - 1/(1+e^-v) = s(u) s(-v) (1 - e^(v-u)); for the others the textbook.
// Complexity: constant; logarithmic in the points of an isotonic curve.
// Invariant: chord(u, v) * (u - v) = at(u) - at(v) to rounding, however close u and v are.
import { SpillwayError } from '../../core/index.ts';
import type { CalibratedMember, Calibrator, LinearModel, TreeEnsemble } from '../../model/index.ts';

/** A function of one score. */
export interface AnswerCurve {
  at(score: number): number;
  /** The slope of the line through two of its points; where they are one point, the derivative. */
  chord(one: number, other: number): number;
}

const { abs, exp, expm1, log, log1p } = Math;

/**
 * What makes probabilities of a model's scores, each of its own; `null` when they are probabilities already.
 * @throws SpillwayError `NOT_EXPLAINABLE` when a probability depends on several scores, or the answer is none.
 */
export function probabilityCurve({
  link,
  slope,
}: Pick<TreeEnsemble | LinearModel, 'link' | 'slope'>): AnswerCurve | null {
  if (link === 'probability') return null;
  if (link === 'logistic' || link === 'independent-logistic') {
    return chain(line(slope, 0), logistic);
  }
  const isShared = link === 'softmax' || link === 'one-vs-rest' || link === 'softmax-nonzero';
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    isShared
      ? `each probability of this model depends on the scores of all labels (its link is ${link}), so it cannot be attributed by rescaling one score; explain the score instead`
      : `this model answers no probability (its link is ${link}); explain the score instead`,
  );
}

/**
 * What makes a probability of the score of a calibrated classifier of two labels.
 * @throws SpillwayError `NOT_EXPLAINABLE` when the probabilities of several labels are divided by their sum.
 */
export function calibrationCurve({ calibration, model, on }: CalibratedMember): AnswerCurve {
  if (model.outputs > 1) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      `the calibrated probabilities of ${model.outputs} labels are divided by their sum, so each depends on all scores and cannot be attributed by rescaling one`,
    );
  }
  const answer = on === 'answer' ? probabilityCurve(model) : null;
  const calibrated =
    calibration.kind === 'per-output'
      ? calibratorCurve(calibration.calibrators[0]!)
      : chain(on === 'answer' ? logOfOdds : line(2, 0), chain(line(calibration.beta, 0), logistic));
  return answer === null ? calibrated : chain(answer, calibrated);
}

function calibratorCurve(calibrator: Calibrator): AnswerCurve {
  if (calibrator.kind === 'isotonic') return isotonic(calibrator.x, calibrator.y);
  return chain(line(-calibrator.slope, -calibrator.intercept), logistic);
}

/** `outer` of what `inner` answers. */
function chain(inner: AnswerCurve, outer: AnswerCurve): AnswerCurve {
  return {
    at: (score) => outer.at(inner.at(score)),
    chord: (one, other) => outer.chord(inner.at(one), inner.at(other)) * inner.chord(one, other),
  };
}

function line(slope: number, intercept: number): AnswerCurve {
  return { at: (score) => slope * score + intercept, chord: () => slope };
}

const logistic: AnswerCurve = Object.freeze({
  at: sigmoid,
  chord(one: number, other: number): number {
    const distance = abs(one - other);
    const mean = distance === 0 ? 1 : -expm1(-distance) / distance;
    return one > other
      ? sigmoid(one) * sigmoid(-other) * mean
      : sigmoid(other) * sigmoid(-one) * mean;
  },
});

function sigmoid(score: number): number {
  return 1 / (1 + exp(-score));
}

/** How far scikit-learn keeps the logarithms of its temperature scaling from infinity. */
const margin = 1e-12;

const logOfOdds: AnswerCurve = Object.freeze({
  at: (answer: number) => log(answer + margin) - log(1 - answer + margin),
  chord: (one: number, other: number) =>
    logarithmChord(one + margin, other + margin) +
    logarithmChord(1 - one + margin, 1 - other + margin),
});

function logarithmChord(one: number, other: number): number {
  const distance = one - other;
  return distance === 0 ? 1 / one : log1p(distance / other) / distance;
}

/** Linear between the points and constant beyond. */
function isotonic(x: Float64Array, y: Float64Array): AnswerCurve {
  const slopeOf = (above: number): number =>
    above === 0 || above === x.length
      ? 0
      : (y[above]! - y[above - 1]!) / (x[above]! - x[above - 1]!);
  const at = (score: number): number => {
    if (Number.isNaN(score)) return score;
    const above = countUpTo(x, score);
    if (above === 0) return y[0]!;
    return y[above - 1]! + (score - x[above - 1]!) * slopeOf(above);
  };
  return {
    at,
    chord(one, other) {
      const above = countUpTo(x, one);
      // between two points of one piece the difference quotient would be rounding where they are close
      if (above === countUpTo(x, other)) return slopeOf(above);
      return (at(one) - at(other)) / (one - other);
    },
  };
}

/** How many of ascending numbers are at most `limit`. */
function countUpTo(numbers: Float64Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
