// What: what becomes of scores: for each link a function that turns them, in place, into what people read.
// Source: dmlc/xgboost src/common/math.h (`Sigmoid`, `Softmax`) for float32, the textbook for float64.
// Complexity: linear in the number of outputs; nothing is allocated.
// Invariant: float32 results equal XGBoost's but where the `expf` of its C library rounds otherwise (about one in 2000),
// and are then within 2 ulp; softmax and one-vs-rest sum to 1 up to rounding.
import type { Link, TreeEnsemble } from '../model/index.ts';

/** Turns the scores of one row, one per output, into answers. */
export type PostProcessor = (scores: Float64Array) => void;

const { exp, fround } = Math;

/** The post-processor of a link, in the arithmetic of the model. */
export function findPostProcessor(
  link: Link,
  arithmetic: TreeEnsemble['arithmetic'],
): PostProcessor {
  return arithmetic === 'float32' ? float32[link] : float64[link];
}

const float64: Readonly<Record<Link, PostProcessor>> = {
  identity: () => {},
  probability: () => {},
  // oxlint-disable-next-line unicorn/no-array-sort -- in place is what is asked for
  ascending: (scores) => scores.sort(),
  hinge: each((score) => (score > 0 ? 1 : 0)),
  logistic: each(logistic),
  exponential: each(exp),
  softmax,
  'one-vs-rest': oneVersusRest,
};

const float32: Readonly<Record<Link, PostProcessor>> = {
  ...float64,
  logistic: each(logistic32),
  exponential: each((score) => fround(exp(score))),
  softmax: softmax32,
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
  return fround(1 / fround(1 + fround(exp(Math.min(-score, fround(88.7))))));
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
    scores[index] = fround(exp(fround(scores[index]! - highest)));
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
  // every logistic is too small for a float64; then it is e^score, whose shares are those of a softmax
  if (sum === 0) return softmax(scores);
  for (let index = 0; index < scores.length; index++) {
    scores[index] = logistic(scores[index]!) / sum;
  }
}
