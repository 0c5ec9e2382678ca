// What: what becomes of scores: for each link a function that turns them, in place, into what people read.
// Source: dmlc/xgboost src/common/math.h (`Sigmoid`, `Softmax`, `SoftPlus`) for float32, the textbook for float64.
// Complexity: linear in the number of outputs; nothing is allocated.
// Invariant: float32 results equal XGBoost's where the `expf` of its C library is that of `expf.ts`; softmax and one-vs-rest sum to 1 up to rounding.
import type { LinearModel, Link, TreeEnsemble } from '../model/index.ts';
import { expf } from './expf.ts';
import { log1pf } from './log1pf.ts';

/** Turns the scores of one row, one per output, into answers. */
export type PostProcessor = (scores: Float64Array) => void;

const { exp, fround, log, log1p, sqrt } = Math;

/** The constant of Winitzki's approximation of the inverse error function. */
const winitzki = fround(0.147);

/** The post-processor of a model: its link, in its arithmetic, with its slope. */
export function findPostProcessor({
  link,
  arithmetic,
  slope,
}: Pick<TreeEnsemble | LinearModel, 'link' | 'arithmetic' | 'slope'>): PostProcessor {
  const postProcess = arithmetic === 'float32' ? float32[link] : float64[link];
  if (slope === 1) return postProcess;
  return (scores) => {
    for (let index = 0; index < scores.length; index++) scores[index]! *= slope;
    postProcess(scores);
  };
}

const float64: Readonly<Record<Link, PostProcessor>> = {
  identity: () => {},
  probability: each((probability) => roundIntoRange(probability, drift)),
  // oxlint-disable-next-line unicorn/no-array-sort -- in place is what is asked for
  ascending: (scores) => scores.sort(),
  hinge: each((score) => (score > 0 ? 1 : 0)),
  logistic: each(logistic),
  exponential: each(exp),
  softmax,
  'one-vs-rest': oneVersusRest,
  'independent-logistic': each(logistic),
  'cumulative-softplus': cumulate,
  softplus: each(softplus),
  'signed-square': each((score) => Math.sign(score) * score * score),
  probit: each(probit),
  'softmax-nonzero': softmaxOfNonzero,
};

const float32: Readonly<Record<Link, PostProcessor>> = {
  ...float64,
  logistic: each(logistic32),
  probability: each((probability) => roundIntoRange(probability, drift32)),
  exponential: each(expf),
  softmax: softmax32,
  'cumulative-softplus': cumulate32,
};

function each(answer: (score: number) => number): PostProcessor {
  return (scores) => {
    for (let index = 0; index < scores.length; index++) scores[index] = answer(scores[index]!);
  };
}

function logistic(score: number): number {
  return 1 / (1 + exp(-score));
}

/** XGBoost also adds 1e-16 to the denominator, which no float32 above 1 notices. */
function logistic32(score: number): number {
  return fround(1 / fround(1 + expf(Math.min(-score, fround(88.7)))));
}

function softmax(scores: Float64Array): void {
  const highest = scores.reduce((most, score) => Math.max(most, score));
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    scores[index] = exp(scores[index]! - highest);
    sum += scores[index]!;
  }
  for (let index = 0; index < scores.length; index++) scores[index]! /= sum;
}

/** As above with float32 terms; XGBoost keeps their sum in float64 until it divides by it. */
function softmax32(scores: Float64Array): void {
  const highest = scores.reduce((most, score) => Math.max(most, score));
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    scores[index] = expf(fround(scores[index]! - highest));
    sum += scores[index]!;
  }
  const divisor = fround(sum);
  for (let index = 0; index < scores.length; index++) {
    scores[index] = fround(scores[index]! / divisor);
  }
}

function oneVersusRest(scores: Float64Array): void {
  let sum = 0;
  for (const score of scores) sum += logistic(score);
  for (let index = 0; index < scores.length; index++) {
    // every logistic is too small for a float64: scikit-learn 1.9 gives all labels the same, older ones NaN
    scores[index] = sum === 0 ? 1 / scores.length : logistic(scores[index]!) / sum;
  }
}

/** ln(1 + e^score), without overflow for large scores or loss of small answers. */
function softplus(score: number): number {
  return Math.max(score, 0) + log1p(exp(-Math.abs(score)));
}

/** How far apart XGBoost keeps two expectiles at least. */
const leastIncrement = 1e-6;

function cumulate(scores: Float64Array): void {
  for (let index = 1; index < scores.length; index++) {
    scores[index] = scores[index - 1]! + leastIncrement + softplus(scores[index]!);
  }
}

function cumulate32(scores: Float64Array): void {
  for (let index = 1; index < scores.length; index++) {
    const increment = fround(fround(leastIncrement) + softplus32(scores[index]!));
    scores[index] = fround(scores[index - 1]! + increment);
  }
}

/** Rounded as XGBoost does: what is added may be taken away again, and then a last bit is no longer the last. */
function softplus32(score: number): number {
  const small = log1pf(expf(-Math.abs(score)));
  return score > 0 ? fround(score + small) : small;
}

/** How far outside of 0..1 the mean of probabilities may end, and that of thousands of trees added up in float32. */
const drift = 1e-5;
const drift32 = 1e-3;

/** Means of probabilities end just outside of 0..1 when they are rounded; what is further outside is left for others to refuse. */
function roundIntoRange(probability: number, most: number): number {
  if (probability > 1 && probability < 1 + most) return 1;
  return probability < 0 && probability > -most ? 0 : probability;
}

/**
 * The quantile of the normal distribution, by the approximation of onnxruntime. It is float32 there whatever the scores are,
 * and near 0.5 so little is left of the digits that nothing but its own steps gives its answers.
 */
function probit(score: number): number {
  const x = fround(fround(2 * fround(score)) - 1);
  const logarithm = fround(log(fround(fround(1 - x) * fround(1 + x))));
  const half = fround(fround(2 / fround(fround(Math.PI) * winitzki)) + fround(0.5 * logarithm));
  const other = fround(fround(1 / winitzki) * logarithm);
  const size = fround(sqrt(fround(-half + fround(sqrt(fround(fround(half * half) - other))))));
  return fround(fround(Math.SQRT2) * (x < 0 ? -size : size));
}

/** ONNX, `SOFTMAX_ZERO`: a score of 0 stays 0. */
function softmaxOfNonzero(scores: Float64Array): void {
  const highest = scores.reduce((most, score) => Math.max(most, score));
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index]!;
    const isNonzero = Math.abs(score) > 1e-7;
    scores[index] = isNonzero ? exp(score - highest) : score * exp(-highest);
    if (isNonzero) sum += scores[index]!;
  }
  for (let index = 0; index < scores.length; index++) scores[index]! /= sum;
}
