import { createRowSums } from './row-sums.ts';

/** A matrix of float64 that sums over its rows in a fixed order, block by block: the same numbers give the same bits. */
export interface RowMatrix {
  readonly rows: number;
  readonly columns: number;
  /** One number per row that vectors of rows need to have, those beyond `rows` 0. */
  readonly paddedRows: number;
  /** Where row i begins in `values`: `i * stride`. */
  readonly stride: number;
  readonly values: Float64Array;
  readonly engine: MatrixEngine;
  /** X v: one number per row into the first `paddedRows` of `into`, from `at` on. */
  multiply(vector: Float64Array, into: Float64Array, at?: number): void;
  /** X'r: one number per column; `weights` has one per row, from `at` on. */
  multiplyTransposed(weights: Float64Array, at?: number): Float64Array;
  /** X'WX, full and symmetric, columns x columns. */
  gram(weights: Float64Array): Float64Array;
}

/** How the matrix computes; tests compare the two. @default 'wasm' where it is to be had */
export type MatrixEngine = 'wasm' | 'javascript';

/** A block of 21 columns then takes 170 KiB, which stays in a core's own cache. */
const blockRows = 1024;

/** A matrix of zeros, whose `values` the caller fills in before anything else. */
export function createRowMatrix(
  rows: number,
  columns: number,
  engine: MatrixEngine = 'wasm',
): RowMatrix {
  const stride = columns + (columns % 2);
  const paddedRows = Math.ceil(rows / 4) * 4;
  const sums = createRowSums(paddedRows, stride, blockRows, engine);
  const forBlocks = (visit: (start: number, count: number) => void): void => {
    for (let start = 0; start < paddedRows; start += blockRows)
      visit(start, Math.min(blockRows, paddedRows - start));
  };

  return {
    rows,
    columns,
    paddedRows,
    stride,
    values: sums.values,
    engine,
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
      forBlocks((start, count) => {
        const part = sums.square(start, count, weights, start);
        for (let a = 0; a < columns; a++) {
          for (let b = 0; b <= a; b++) total[a * columns + b]! += part[a * stride + b]!;
        }
      });
      for (let a = 0; a < columns; a++) {
        for (let b = 0; b < a; b++) total[b * columns + a] = total[a * columns + b]!;
      }
      return total;
    },
  };
}
