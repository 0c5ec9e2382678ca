// What: half the mean squared error, its derivatives, and steps along a line.
// Source: the definition.
// Complexity: as of the logistic loss.
// Invariant: gradient = X'(Xv - y), Hessian = X'X, both times the shares of the rows.
import { type Loss, type LossRows, largest } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import { selectColumns } from './select-columns.ts';
import { walkScores } from './walk-scores.ts';

/** The loss of a linear regression. */
export function createSquaredLoss(
  matrix: RowMatrix,
  targets: Float64Array,
  { rows, shares }: LossRows,
): Loss {
  const padded = new Float64Array(matrix.paddedRows);
  padded.set(shares);
  const { changeOfStep, loss, walk } = walkScores(matrix, 1, (at, step, { count, start }) => {
    const { change, residuals, scores } = at;
    const end = Math.min(rows, start + count);
    let total = 0;
    for (let i = start; i < end; i++) {
      const off = scores[i]! + step * change[i]! - targets[i]!;
      const part = shares[i]! * off;
      residuals[i] = part;
      total += part * off;
    }
    return total / 2;
  });
  return {
    ...loss,
    hessian: (columns) => selectColumns(matrix, columns).gram(padded),
    reach: () => largest(walk.scores, rows),
    reachOfDirection: () => largest(changeOfStep(), rows),
    isApart: () => false,
  };
}
