import { createKernelMemory } from '../../inference/index.ts';
import { evaluateLogistic, type LogisticRows } from './plain-logistic.ts';
import { type ColumnsToLay, layRows, type RowBlock, scoreRows, sumRows, sumSquares } from './plain-sums.ts';
import { weightedGramWasm } from './weighted-gram-wasm.ts';

/** What computes sums over blocks of rows; both kinds give the same bits. */
export interface RowSums {
  /** The numbers of all rows, for whoever fills them in; what is not filled is 0. */
  readonly values: Float64Array;
  /** Lays out so many rows of the columns. */
  lay(from: ColumnsToLay, start: number, count: number): void;
  /** Scores of the rows of a block to `into`, from `at` on. */
  score(start: number, count: number, vector: Float64Array, into: Float64Array, at: number): void;
  /** The sums of the columns over a block times one number per row, those of `weights` from `at` on. */
  sum(start: number, count: number, weights: Float64Array, at: number): Float64Array;
  /** X'WX of a block, below and on the diagonal. */
  square(start: number, count: number, weights: Float64Array, at: number): Float64Array;
  /** Writes the derivatives of a block. @returns its logistic loss at the scores and so many steps. */
  logistic(rows: LogisticRows, step: number, start: number, count: number): number;
}

/** What assembly/weighted-gram.ts exports; addresses and counts as it says. */
interface WeightedGramExports {
  readonly layRows: (
    from: number,
    apart: number,
    count: number,
    columns: number,
    means: number,
    units: number,
    into: number,
  ) => void;
  readonly scoreRows: (
    rows: number,
    count: number,
    columns: number,
    vector: number,
    into: number,
  ) => void;
  readonly sumRows: (
    rows: number,
    count: number,
    columns: number,
    weights: number,
    into: number,
  ) => void;
  readonly sumSquares: (
    rows: number,
    count: number,
    columns: number,
    weights: number,
    into: number,
  ) => void;
  readonly logisticRows: (
    count: number,
    step: number,
    scores: number,
    change: number,
    signed: number,
    residuals: number,
    curvatures: number,
  ) => number;
}

/** Room for so many rows of so many columns, and what computes with them; in WebAssembly where it is to be had. */
export function createRowSums(
  rows: number,
  columns: number,
  blockRows: number,
  engine: 'wasm' | 'javascript',
): RowSums {
  const inWasm = engine === 'wasm' ? createWasmSums(rows, columns, blockRows) : null;
  return inWasm ?? createPlainSums(rows, columns);
}

function createPlainSums(rows: number, columns: number): RowSums {
  const values = new Float64Array(rows * columns);
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns * columns);
  const block = (start: number, count: number): RowBlock => ({
    values,
    start: start * columns,
    count,
    columns,
  });
  return {
    values,
    lay: (from, start, count) => layRows(block(start, count), from, start),
    score: (start, count, vector, into, at) => scoreRows(block(start, count), vector, into, at),
    sum(start, count, weights, at) {
      sumRows(block(start, count), weights, at, sums);
      return sums;
    },
    square(start, count, weights, at) {
      sumSquares(block(start, count), weights, at, squares);
      return squares;
    },
    logistic: evaluateLogistic,
  };
}

/** So many rows of 22 columns take 45 KiB, which is near while they turn from columns into rows. */
const laidRows = 256;

/** 4 GiB is what WebAssembly can address; half of it leaves room for the machine. */
const limitBytes = 2 ** 31;

function createWasmSums(rows: number, columns: number, blockRows: number): RowSums | null {
  const memory = createKernelMemory<WeightedGramExports>(weightedGramWasm, limitBytes);
  if (memory === null) return null;
  const stride = columns * 8;
  const vectorAt = memory.reserve(stride);
  const blockAt = memory.reserve(blockRows * 8);
  const scoresAt = memory.reserve(blockRows * 8);
  const changeAt = memory.reserve(blockRows * 8);
  const signedAt = memory.reserve(blockRows * 8);
  const residualsAt = memory.reserve(blockRows * 8);
  const curvaturesAt = memory.reserve(blockRows * 8);
  const sumsAt = memory.reserve(stride);
  const squaresAt = memory.reserve(stride * columns);
  // columns that wait to be laid out; those that are not set are 0
  const apart = laidRows * 8;
  const columnsAt = memory.reserve(columns * apart);
  const meansAt = memory.reserve(stride);
  const unitsAt = memory.reserve(stride);
  const valuesAt = memory.reserve(rows * stride);
  if (!memory.commit()) return null;
  const { buffer, kernels } = memory;
  const vectorView = new Float64Array(buffer, vectorAt, columns);
  const blockView = new Float64Array(buffer, blockAt, blockRows);
  const scoresView = new Float64Array(buffer, scoresAt, blockRows);
  const changeView = new Float64Array(buffer, changeAt, blockRows);
  const signedView = new Float64Array(buffer, signedAt, blockRows);
  const residualsView = new Float64Array(buffer, residualsAt, blockRows);
  const curvaturesView = new Float64Array(buffer, curvaturesAt, blockRows);
  const columnsView = new Float64Array(buffer, columnsAt, columns * laidRows);
  const meansView = new Float64Array(buffer, meansAt, columns);
  const unitsView = new Float64Array(buffer, unitsAt, columns);
  const values = new Float64Array(buffer, valuesAt, rows * columns);
  const sums = new Float64Array(buffer, sumsAt, columns);
  const squares = new Float64Array(buffer, squaresAt, columns * columns);
  return {
    values,
    lay({ columns: from, hasOnes, means, units }, start, count) {
      meansView.set(means);
      unitsView.set(units);
      for (let row = start; row < start + count; row += laidRows) {
        const length = Math.min(laidRows, start + count - row);
        for (let at = 0; at < from.length; at++)
          columnsView.set(from[at]!.subarray(row, row + length), at * laidRows);
        if (hasOnes) {
          unitsView[from.length] = 1;
          columnsView.fill(1, from.length * laidRows, from.length * laidRows + length);
        }
        const even = length + (length % 2);
        kernels.layRows(columnsAt, apart, even, columns, meansAt, unitsAt, valuesAt + row * stride);
        // what stood there before
        if (even > length) values.fill(0, (row + length) * columns, (row + even) * columns);
      }
    },
    score(start, count, vector, into, at) {
      vectorView.set(vector);
      kernels.scoreRows(valuesAt + start * stride, count, columns, vectorAt, blockAt);
      into.set(blockView.subarray(0, count), at);
    },
    sum(start, count, weights, at) {
      blockView.set(weights.subarray(at, at + count));
      kernels.sumRows(valuesAt + start * stride, count, columns, blockAt, sumsAt);
      return sums;
    },
    square(start, count, weights, at) {
      blockView.set(weights.subarray(at, at + count));
      kernels.sumSquares(valuesAt + start * stride, count, columns, blockAt, squaresAt);
      return squares;
    },
    logistic({ change, curvatures, residuals, scores, signed }, step, start, count) {
      const end = start + count;
      scoresView.set(scores.subarray(start, end));
      changeView.set(change.subarray(start, end));
      signedView.set(signed.subarray(start, end));
      const loss = kernels.logisticRows(
        count,
        step,
        scoresAt,
        changeAt,
        signedAt,
        residualsAt,
        curvaturesAt,
      );
      residuals.set(residualsView.subarray(0, count), start);
      curvatures.set(curvaturesView.subarray(0, count), start);
      return loss;
    },
  };
}
