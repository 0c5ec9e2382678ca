// What: the mean logistic loss of two classes, its derivatives, and steps along a line.
// Source: McCullagh and Nelder, Generalized Linear Models, 4.
// Complexity: O(rows * columns) per direction with its gradient, O(rows) per step, O(rows * columns^2 / 2) per Hessian.
// Invariant: gradient = X'(p - y), Hessian = X'WX with W = p (1 - p), both times the shares of the rows.
import { type Loss, type LossRows, largest } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import { selectColumns } from './select-columns.ts';
import { createWalk, walkScores } from './walk-scores.ts';

/** The loss of a logistic regression; `classOf` is 0 or 1 for each row. */
export function createLogisticLoss(
  matrix: RowMatrix,
  classOf: ArrayLike<number>,
  { rows, shares }: LossRows,
): Loss {
  const curvatures = matrix.vector(1);
  const signed = matrix.vector(1);
  signShares(classOf, shares, signed);
  const walk = createWalk(matrix, 1);
  const { scores } = walk;
  const fields = { ...walk, signed, curvatures };
  const { changeOfStep, loss } = walkScores(matrix, walk, (step, start, count, sums) =>
    sums.logistic(fields, step, start, count),
  );
  return {
    ...loss,
    hessian: (columns) => selectColumns(matrix, columns).gram(curvatures),
    reach: () => largest(scores, rows),
    reachOfDirection: () => largest(changeOfStep(), rows),
    isApart() {
      for (let i = 0; i < rows; i++) {
        if (!(signed[i]! > 0 ? scores[i]! > 0 : scores[i]! < 0)) return false;
      }
      return true;
    },
  };
}

/** The shares, below 0 for the first class. */
function signShares(classOf: ArrayLike<number>, shares: Float64Array, into: Float64Array): void {
  for (let i = 0; i < shares.length; i++) into[i] = classOf[i] === 1 ? shares[i]! : -shares[i]!;
}
