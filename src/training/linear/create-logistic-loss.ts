// What: the mean logistic loss of two classes, its derivatives, and steps along a line.
// Source: McCullagh and Nelder, Generalized Linear Models, 4; ln(1 + e^-|z|) by log1p so that no tail is lost.
// Complexity: O(rows * columns) per direction and gradient, O(rows) per step, O(rows * columns^2 / 2) per Hessian.
// Invariant: gradient = X'(p - y), Hessian = X'WX with W = p (1 - p), both times the shares of the rows.
import { type Loss, type LossRows, largest } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import { selectColumns } from './select-columns.ts';

/** The loss of a logistic regression; `sides` is 1 for the rows of the second class, else -1. */
export function createLogisticLoss(
  matrix: RowMatrix,
  sides: Float64Array,
  { rows, shares }: LossRows,
): Loss {
  const length = matrix.paddedRows;
  const scores = new Float64Array(length);
  const change = new Float64Array(length);
  const residuals = new Float64Array(length);
  const curvatures = new Float64Array(length);
  let tried = 0;

  const lossAt = (step: number): number => {
    tried = step;
    let total = 0;
    for (let start = 0; start < rows; start += 1024) {
      const end = Math.min(rows, start + 1024);
      let part = 0;
      for (let i = start; i < end; i++) {
        const side = sides[i]!;
        const margin = side * (scores[i]! + step * change[i]!);
        const share = shares[i]!;
        const small = Math.exp(-Math.abs(margin));
        const larger = 1 / (1 + small);
        // the probability of the other class
        const wrong = margin >= 0 ? small * larger : larger;
        residuals[i] = -side * share * wrong;
        curvatures[i] = share * small * larger * larger;
        part += share * (Math.log1p(small) + Math.max(0, -margin));
      }
      total += part;
    }
    return total;
  };

  return {
    size: matrix.columns,
    outputs: 1,
    begin(parameters) {
      matrix.multiply(parameters, scores);
      change.fill(0);
      return lossAt(0);
    },
    aim: (direction) => matrix.multiply(direction, change),
    lossAt,
    slope() {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += residuals[i]! * change[i]!;
      return sum;
    },
    move() {
      for (let i = 0; i < rows; i++) scores[i]! += tried * change[i]!;
    },
    gradient: () => matrix.multiplyTransposed(residuals),
    hessian: (columns) => selectColumns(matrix, columns).gram(curvatures),
    reach: () => largest(scores, rows),
    reachOfDirection: () => largest(change, rows),
    isApart() {
      for (let i = 0; i < rows; i++) {
        if (!(sides[i]! * scores[i]! > 0)) return false;
      }
      return true;
    },
  };
}
