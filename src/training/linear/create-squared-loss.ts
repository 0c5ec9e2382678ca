// What: half the mean squared error, its derivatives, and steps along a line.
// Source: the definition.
// Complexity: as of the logistic loss.
// Invariant: gradient = X'(Xv - y), Hessian = X'X, both times the shares of the rows.
import { type Loss, type LossRows, largest } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import { selectColumns } from './select-columns.ts';

/** The loss of a linear regression. */
export function createSquaredLoss(
  matrix: RowMatrix,
  targets: Float64Array,
  { rows, shares }: LossRows,
): Loss {
  const length = matrix.paddedRows;
  const scores = new Float64Array(length);
  const change = new Float64Array(length);
  const residuals = new Float64Array(length);
  const padded = new Float64Array(length);
  padded.set(shares);
  let tried = 0;

  const lossAt = (step: number): number => {
    tried = step;
    let total = 0;
    for (let start = 0; start < rows; start += 1024) {
      const end = Math.min(rows, start + 1024);
      let part = 0;
      for (let i = start; i < end; i++) {
        const off = scores[i]! + step * change[i]! - targets[i]!;
        residuals[i] = shares[i]! * off;
        part += shares[i]! * off * off;
      }
      total += part;
    }
    return total / 2;
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
    hessian: (columns) => selectColumns(matrix, columns).gram(padded),
    reach: () => largest(scores, rows),
    reachOfDirection: () => largest(change, rows),
    isApart: () => false,
  };
}
