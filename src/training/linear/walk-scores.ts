import type { Loss } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import type { RowSums } from './row-sums.ts';

/** The scores of the rows and how they change; of output k from k * `paddedRows` of the matrix on. */
export interface ScoreWalk {
  readonly scores: Float64Array;
  readonly change: Float64Array;
  /** The derivatives of the loss by the scores. */
  readonly residuals: Float64Array;
}

/** Writes the residuals of so many rows at the scores + step * change. @returns their loss. */
export type LossOfRows = (
  walk: ScoreWalk,
  step: number,
  rows: { readonly start: number; readonly count: number; readonly sums: RowSums },
) => number;

/** The part of a loss that is the same for all: the walk over the scores; each of them reads a row of the matrix once. */
export function walkScores(
  matrix: RowMatrix,
  outputs: number,
  lossOfRows: LossOfRows,
): {
  readonly walk: ScoreWalk;
  readonly loss: Pick<
    Loss,
    'size' | 'outputs' | 'begin' | 'aim' | 'lossAt' | 'slope' | 'move' | 'gradient'
  >;
  /** What one step of the direction changes. */
  readonly changeOfStep: () => Float64Array;
} {
  const { columns, paddedRows } = matrix;
  const walk: ScoreWalk = {
    scores: new Float64Array(outputs * paddedRows),
    change: new Float64Array(outputs * paddedRows),
    residuals: new Float64Array(outputs * paddedRows),
  };
  const { change, residuals, scores } = walk;
  // a direction whose change is not known yet, and the gradient where the residuals are if it is known
  let aimed: Float64Array | null = null;
  let gradient: Float64Array | null = null;
  let tried = 0;

  const sweep = (vectors: Float64Array, into: Float64Array): number => {
    const { sums, total } = matrix.sweep(
      vectors,
      into,
      (start, count, rowSums) => lossOfRows(walk, tried, { start, count, sums: rowSums }),
      residuals,
    );
    gradient = sums;
    return total;
  };

  const changeOfStep = (): Float64Array => {
    if (aimed !== null) {
      for (let output = 0; output < outputs; output++)
        matrix.multiply(
          aimed.subarray(output * columns, (output + 1) * columns),
          change,
          output * paddedRows,
        );
      aimed = null;
    }
    return change;
  };

  return {
    walk,
    changeOfStep,
    loss: {
      size: outputs * columns,
      outputs,
      begin(parameters) {
        change.fill(0);
        aimed = null;
        tried = 0;
        return sweep(parameters, scores);
      },
      aim(direction) {
        aimed = direction;
      },
      lossAt(step) {
        tried = step;
        if (aimed !== null) {
          const total = sweep(aimed, change);
          aimed = null;
          return total;
        }
        gradient = null;
        return matrix.evaluate((start, count, sums) =>
          lossOfRows(walk, step, { start, count, sums }),
        );
      },
      slope() {
        let sum = 0;
        for (let i = 0; i < residuals.length; i++) sum += residuals[i]! * change[i]!;
        return sum;
      },
      move() {
        for (let i = 0; i < scores.length; i++) scores[i]! += tried * change[i]!;
      },
      gradient() {
        if (gradient !== null) return gradient.slice();
        const sums = new Float64Array(outputs * columns);
        for (let output = 0; output < outputs; output++)
          sums.set(matrix.multiplyTransposed(residuals, output * paddedRows), output * columns);
        return sums;
      },
    },
  };
}
