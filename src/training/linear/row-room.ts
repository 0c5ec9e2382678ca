import type { LogisticRows } from './plain-logistic.ts';
import type { ColumnsToLay } from './plain-sums.ts';

/** What computes sums over blocks of rows; both kinds give the same bits. */
export interface RowSums {
  /** The rows of a block one after the other, until another block is asked for. */
  read(start: number, count: number): Float64Array;
  /** Zeros, `count` for each row; it need not be copied for what computes, as long as there is room left for such. */
  vector(count: number): Float64Array;
  /** Scores of the rows of a block to `into`, from `at` on. */
  score(start: number, count: number, vector: Float64Array, into: Float64Array, at: number): void;
  /** The sums of the columns over a block times one number per row, those of `weights` from `at` on. */
  sum(start: number, count: number, weights: Float64Array, at: number): Float64Array;
  /** X'WX of a block, below and on the diagonal. */
  square(start: number, count: number, weights: Float64Array, at: number): Float64Array;
  /** Writes the derivatives of a block. @returns its logistic loss at the scores and so many steps. */
  logistic(rows: LogisticRows, step: number, start: number, count: number): number;
}

/** What there shall be room for. */
export interface RowRoom {
  /** The columns that the rows are of. */
  readonly from: ColumnsToLay;
  readonly rows: number;
  /** Rows with those that only fill up, and numbers in each row: the columns and what fills up. */
  readonly paddedRows: number;
  readonly stride: number;
  /** Most rows of a block; blocks begin at multiples of it. */
  readonly blockRows: number;
  /** Whether rows that were laid out stay, for many passes over them; else only those of one block at a time. */
  readonly isKept: boolean;
  /** How many numbers per row there are beside the matrix. */
  readonly vectors: number;
}

/** Where the row stands at which a block begins; `lay` is told when its rows are to be laid out, and to which row. */
export function createPlaces(
  { blockRows, isKept, paddedRows }: RowRoom,
  lay: (start: number, count: number, to: number) => void,
): { readonly rows: number; open(start: number, count: number): number } {
  const isLaid = new Uint8Array(Math.ceil(paddedRows / blockRows));
  let last = -1;
  return {
    rows: isKept ? paddedRows : Math.min(blockRows, paddedRows),
    open(start, count) {
      const to = isKept ? start : 0;
      const block = start / blockRows;
      if (isKept ? isLaid[block] === 0 : block !== last) lay(start, count, to);
      isLaid[block] = 1;
      last = block;
      return to;
    },
  };
}
