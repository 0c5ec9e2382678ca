import type { Loss } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import type { RowSums } from './row-room.ts';

/** The scores of the rows and how they change; of output k from k * `paddedRows` of the matrix on. */
export interface ScoreWalk {
  readonly scores: Float64Array;
  readonly change: Float64Array;
  /** The derivatives of the loss by the scores. */
  readonly residuals: Float64Array;
}

/** A walk that begins at scores of 0. */
export function createWalk(matrix: RowMatrix, outputs: number): ScoreWalk {
  return {
    scores: matrix.vector(outputs),
    change: matrix.vector(outputs),
    residuals: matrix.vector(outputs),
  };
}

/** Writes the residuals of so many rows at the scores + step * change. @returns their loss. */
export type LossOfRows = (step: number, start: number, count: number, sums: RowSums) => number;

/** The part of a loss that is the same for all: the walk over the scores; each of them reads a row of the matrix once. */
export function walkScores(
  matrix: RowMatrix,
  { change, residuals, scores }: ScoreWalk,
  lossOfRows: LossOfRows,
): {
  readonly loss: Pick<
    Loss,
    'size' | 'outputs' | 'begin' | 'aim' | 'lossAt' | 'slope' | 'move' | 'gradient'
  >;
  /** What one step of the direction changes. */
  readonly changeOfStep: () => Float64Array;
} {
  const { columns, paddedRows } = matrix;
  const outputs = scores.length / paddedRows;
  // a direction whose change is not known yet, and the gradient where the residuals are if it is known
  let aimed: Float64Array | null = null;
  let gradient: Float64Array | null = null;
  let tried = 0;

  const sweep = (vectors: Float64Array, into: Float64Array): number => {
    const { sums, total } = matrix.sweep(
      vectors,
      into,
      (start, count, rowSums) => lossOfRows(tried, start, count, rowSums),
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
        return matrix.evaluate((start, count, sums) => lossOfRows(step, start, count, sums));
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
