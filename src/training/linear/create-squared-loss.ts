// What: half the mean squared error, its derivatives, and steps along a line.
// Source: the definition.
// Complexity: as of the logistic loss.
// Invariant: gradient = X'(Xv - y), Hessian = X'X, both times the shares of the rows.
import { type Loss, type LossRows, largest } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import { selectColumns } from './select-columns.ts';
import { createWalk, walkScores } from './walk-scores.ts';

/** The loss of a linear regression; `gram` is X'X times the shares of the rows where that is known. */
export function createSquaredLoss(
  matrix: RowMatrix,
  targets: Float64Array,
  { rows, shares }: LossRows,
  gram: Float64Array | null,
): Loss {
  const padded = matrix.vector(1);
  padded.set(shares);
  // the same at every point
  let known = gram;
  const walk = createWalk(matrix, 1);
  const { change, residuals, scores } = walk;
  const { changeOfStep, loss } = walkScores(matrix, walk, (step, start, count) => {
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
    hessian(columns) {
      if (columns.length < matrix.columns) return selectColumns(matrix, columns).gram(padded);
      known ??= matrix.gram(padded);
      return known.slice();
    },
    reach: () => largest(scores, rows),
    reachOfDirection: () => largest(changeOfStep(), rows),
    isApart: () => false,
  };
}
