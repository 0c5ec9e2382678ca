// What: how good it is to have certain rows in one node: minus their impurity times their weight, up to a constant.
// Source: Breiman et al., Classification and Regression Trees (1984), 4.1 and 8.4; criteria of scikit-learn 1.9's _criterion.pyx.
// Complexity: O(classes).
// Invariant: additions in the order of the classes; assembly/train-forest.ts computes the same bits.
import type { Criterion } from './growing-plan.ts';

/** Scores a node from its weight and its sums (of classes, or of targets); the score of a split is that of left plus right. */
export type ScoreNode = (sums: ArrayLike<number>, weight: number) => number;

/** The score of a criterion. Two scores differ by the decrease of impurity times the weight of the tree. */
export function chooseScore(criterion: Criterion): ScoreNode {
  if (criterion === 'entropy') return createEntropyScore();
  return scoreBySquares;
}

/** Gini: 1 - sum of shares squared. Squared error: the variance, of which the mean of squares is the same for every split. */
function scoreBySquares(sums: ArrayLike<number>, weight: number): number {
  let squares = 0;
  for (let at = 0; at < sums.length; at++) squares += sums[at]! * sums[at]!;
  return squares / weight;
}

function createEntropyScore(): ScoreNode {
  const log2 = createLogarithm();
  return (sums, weight) => {
    let total = 0;
    for (let at = 0; at < sums.length; at++) {
      if (sums[at]! > 0) total += sums[at]! * log2(sums[at]!);
    }
    return total - weight * log2(weight);
  };
}

/**
 * Makes a binary logarithm of additions, multiplications and divisions only, for normal numbers above 0: engines round theirs
 * differently, and trees must not. Within 1e-15 of the true value, relative to the larger of it and 1.
 */
function createLogarithm(): (x: number) => number {
  const number = new Float64Array(1);
  const words = new Int32Array(number.buffer);
  return (x) => {
    number[0] = x;
    const shift = (words[1]! - 0x3fe6a09e) >> 20;
    // to between sqrt(1/2) and sqrt(2)
    words[1] = words[1]! - (shift << 20);
    const ratio = (number[0] - 1) / (number[0] + 1);
    const square = ratio * ratio;
    let series = 1 / 23;
    for (let odd = 21; odd > 0; odd -= 2) series = series * square + 1 / odd;
    return shift + 2 * ratio * series * Math.LOG2E;
  };
}
