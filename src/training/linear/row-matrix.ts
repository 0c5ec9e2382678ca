import type { ColumnsToLay } from './plain-sums.ts';
import type { RowSums } from './row-room.ts';
import { createRowSums } from './row-sums.ts';

/** A matrix of float64 that sums over its rows in a fixed order, block by block: the same numbers give the same bits. */
export interface RowMatrix {
  readonly rows: number;
  readonly columns: number;
  /** One number per row that vectors of rows need to have, those beyond `rows` 0. */
  readonly paddedRows: number;
  /** What it was made of. */
  readonly source: MatrixSource;
  /** Zeros, `count` for each padded row; the matrix computes best with as many of them as it was made for. */
  vector(count: number): Float64Array;
  /** Visits each row, in order: its numbers begin in `values` at `from`. */
  forRows(visit: (row: number, values: Float64Array, from: number) => void): void;
  /** X v: one number per row into the first `paddedRows` of `into`, from `at` on. */
  multiply(vector: Float64Array, into: Float64Array, at?: number): void;
  /** X'r: one number per column; `weights` has one per row, from `at` on. */
  multiplyTransposed(weights: Float64Array, at?: number): Float64Array;
  /** X'WX, full and symmetric, columns x columns. */
  gram(weights: Float64Array): Float64Array;
  /** Several of them; `weigh` writes the weights of so many rows from `start` on to the beginning of `into`. */
  grams(count: number, weigh: WeighRows): readonly Float64Array[];
  /**
   * For several outputs one after the other, a block of rows at a time while it is near: the scores of `directions`
   * into `into`, then `evaluate`, then the sums of the columns times `residuals`. @returns the sums of both.
   */
  sweep(
    directions: Float64Array,
    into: Float64Array,
    evaluate: EvaluateRows,
    residuals: Float64Array,
  ): { readonly total: number; readonly sums: Float64Array };
  /** The sum of `evaluate` over all blocks of rows. */
  evaluate(evaluate: EvaluateRows): number;
}

/** Writes weights for a block of rows; 0 for those that only fill up. */
export type WeighRows = (pair: number, start: number, count: number, into: Float64Array) => void;

/** What to do with so many rows from `start` on; those that only fill up are 0 wherever the matrix writes. */
export type EvaluateRows = (start: number, count: number, sums: RowSums) => number;

/** What a matrix is made of. */
export interface MatrixSource {
  readonly rows: number;
  /** They must not change any more. */
  readonly columns: ColumnsToLay;
  /** Whether there are going to be so many passes over the rows that they are kept as rows, at the price of a copy. */
  readonly isKept: boolean;
  /** For how many numbers per row there is room beside the matrix. */
  readonly vectors: number;
  readonly engine: MatrixEngine;
}

/** How the matrix computes; tests compare the two. @default 'wasm' where it is to be had */
export type MatrixEngine = 'wasm' | 'javascript';

/** A block of 21 columns then takes 170 KiB, which stays in a core's own cache. */
const blockRows = 1024;

/** The columns as a matrix. */
export function createRowMatrix(source: MatrixSource): RowMatrix {
  const { engine, isKept, rows, vectors } = source;
  const columns = source.columns.columns.length + (source.columns.hasOnes ? 1 : 0);
  const stride = columns + (columns % 2);
  const paddedRows = Math.ceil(rows / 4) * 4;
  const sums = createRowSums(
    { from: source.columns, rows, paddedRows, stride, blockRows, isKept, vectors },
    engine,
  );
  const forBlocks = (visit: (start: number, count: number) => void): void => {
    for (let start = 0; start < paddedRows; start += blockRows)
      visit(start, Math.min(blockRows, paddedRows - start));
  };

  const addLower = (total: Float64Array, part: Float64Array): void => {
    for (let a = 0; a < columns; a++) {
      for (let b = 0; b <= a; b++) total[a * columns + b]! += part[a * stride + b]!;
    }
  };
  const mirror = (total: Float64Array): Float64Array => {
    for (let a = 0; a < columns; a++) {
      for (let b = 0; b < a; b++) total[b * columns + a] = total[a * columns + b]!;
    }
    return total;
  };

  return {
    rows,
    columns,
    paddedRows,
    source,
    vector: (count) => sums.vector(count),
    forRows(visit) {
      forBlocks((start, count) => {
        const values = sums.read(start, count);
        for (let row = start; row < Math.min(rows, start + count); row++)
          visit(row, values, (row - start) * stride);
      });
    },
    multiply(vector, into, at = 0) {
      const padded = new Float64Array(stride);
      padded.set(vector);
      forBlocks((start, count) => sums.score(start, count, padded, into, at + start));
    },
    multiplyTransposed(weights, at = 0) {
      const total = new Float64Array(columns);
      forBlocks((start, count) => {
        const part = sums.sum(start, count, weights, at + start);
        for (let column = 0; column < columns; column++) total[column]! += part[column]!;
      });
      return total;
    },
    gram(weights) {
      const total = new Float64Array(columns * columns);
      forBlocks((start, count) => addLower(total, sums.square(start, count, weights, start)));
      return mirror(total);
    },
    grams(pairs, weigh) {
      const totals = Array.from({ length: pairs }, () => new Float64Array(columns * columns));
      const weights = new Float64Array(blockRows);
      forBlocks((start, count) => {
        for (const [pair, total] of totals.entries()) {
          weigh(pair, start, count, weights);
          addLower(total, sums.square(start, count, weights, 0));
        }
      });
      return totals.map(mirror);
    },
    sweep(directions, into, evaluate, residuals) {
      const outputs = directions.length / columns;
      const padded = new Float64Array(stride);
      const totals = new Float64Array(directions.length);
      let total = 0;
      forBlocks((start, count) => {
        for (let output = 0; output < outputs; output++) {
          padded.set(directions.subarray(output * columns, (output + 1) * columns));
          sums.score(start, count, padded, into, output * paddedRows + start);
        }
        total += evaluate(start, count, sums);
        for (let output = 0; output < outputs; output++) {
          const part = sums.sum(start, count, residuals, output * paddedRows + start);
          for (let column = 0; column < columns; column++)
            totals[output * columns + column]! += part[column]!;
        }
      });
      return { total, sums: totals };
    },
    evaluate(evaluate) {
      let total = 0;
      forBlocks((start, count) => {
        total += evaluate(start, count, sums);
      });
      return total;
    },
  };
}
