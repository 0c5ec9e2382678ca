import { createKernelMemory } from '../../inference/index.ts';
import { evaluateLogistic, type LogisticRows } from './plain-logistic.ts';
import { type ColumnsToLay, layRows, type RowBlock, scoreRows, sumRows, sumSquares } from './plain-sums.ts';
import { weightedGramWasm } from './weighted-gram-wasm.ts';

/** What computes sums over blocks of rows; both kinds give the same bits. */
export interface RowSums {
  /** The numbers of all rows, for whoever fills them in; what is not filled is 0. */
  readonly values: Float64Array;
  /** Zeros, `count` for each row; it need not be copied for what computes, as long as there is room left for such. */
  vector(count: number): Float64Array;
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

/** What there shall be room for. */
interface RowRoom {
  readonly rows: number;
  readonly columns: number;
  /** Most rows of a block. */
  readonly blockRows: number;
  /** How many numbers per row there are beside the matrix. */
  readonly vectors: number;
}

/** Room for so many rows of so many columns and for vectors, and what computes with them; in WebAssembly where it is to be had. */
export function createRowSums(
  { rows, columns, blockRows, vectors }: RowRoom,
  engine: 'wasm' | 'javascript',
): RowSums {
  const inWasm =
    engine === 'wasm' ? createWasmSums({ rows, columns, blockRows, vectors }) : null;
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
    vector: (count) => new Float64Array(count * rows),
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

function createWasmSums({ rows, columns, blockRows, vectors }: RowRoom): RowSums | null {
  const memory = createKernelMemory<WeightedGramExports>(weightedGramWasm, limitBytes);
  if (memory === null) return null;
  const stride = columns * 8;
  const vectorAt = memory.reserve(stride);
  // for vectors that are not in this memory
  const blocksAt = Array.from({ length: 5 }, () => memory.reserve(blockRows * 8));
  const sumsAt = memory.reserve(stride);
  const squaresAt = memory.reserve(stride * columns);
  // columns that wait to be laid out; those that are not set are 0
  const apart = laidRows * 8;
  const columnsAt = memory.reserve(columns * apart);
  const meansAt = memory.reserve(stride);
  const unitsAt = memory.reserve(stride);
  const valuesAt = memory.reserve(rows * stride);
  const vectorsAt = memory.reserve(rows * vectors * 8);
  if (!memory.commit()) return null;
  const { buffer, kernels } = memory;
  const view = (at: number, length: number): Float64Array => new Float64Array(buffer, at, length);
  const vectorView = view(vectorAt, columns);
  const blocks = blocksAt.map((at) => view(at, blockRows));
  const columnsView = view(columnsAt, columns * laidRows);
  const meansView = view(meansAt, columns);
  const unitsView = view(unitsAt, columns);
  const values = view(valuesAt, rows * columns);
  const sums = view(sumsAt, columns);
  const squares = view(squaresAt, columns * columns);
  let taken = 0;

  /** Where numbers of a vector are to be had: in it, or copied to a block. */
  const bring = (vector: Float64Array, at: number, count: number, block: number): number => {
    if (vector.buffer === buffer) return vector.byteOffset + at * 8;
    blocks[block]!.set(vector.subarray(at, at + count));
    return blocksAt[block]!;
  };
  /** Where numbers of a vector can be written; `take` brings them to it. */
  const place = (vector: Float64Array, at: number, block: number): number =>
    vector.buffer === buffer ? vector.byteOffset + at * 8 : blocksAt[block]!;
  const take = (vector: Float64Array, at: number, count: number, block: number): void => {
    if (vector.buffer !== buffer) vector.set(blocks[block]!.subarray(0, count), at);
  };

  return {
    values,
    vector(count) {
      if (taken + count > vectors) return new Float64Array(count * rows);
      taken += count;
      return view(vectorsAt + (taken - count) * rows * 8, count * rows);
    },
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
      const to = place(into, at, 0);
      kernels.scoreRows(valuesAt + start * stride, count, columns, vectorAt, to);
      take(into, at, count, 0);
    },
    sum(start, count, weights, at) {
      const from = bring(weights, at, count, 0);
      kernels.sumRows(valuesAt + start * stride, count, columns, from, sumsAt);
      return sums;
    },
    square(start, count, weights, at) {
      const from = bring(weights, at, count, 0);
      kernels.sumSquares(valuesAt + start * stride, count, columns, from, squaresAt);
      return squares;
    },
    logistic({ change, curvatures, residuals, scores, signed }, step, start, count) {
      const loss = kernels.logisticRows(
        count,
        step,
        bring(scores, start, count, 0),
        bring(change, start, count, 1),
        bring(signed, start, count, 2),
        place(residuals, start, 3),
        place(curvatures, start, 4),
      );
      take(residuals, start, count, 3);
      take(curvatures, start, count, 4);
      return loss;
    },
  };
}
