import { createKernelMemory } from '../../inference/index.ts';
import { evaluateLogistic, type LogisticRows } from './plain-logistic.ts';
import { type ColumnsToLay, layRows, type RowBlock, scoreRows, sumRows, sumSquares } from './plain-sums.ts';
import { weightedGramWasm } from './weighted-gram-wasm.ts';

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

/** What computes with the rows of columns, and room for vectors; in WebAssembly where it is to be had. */
export function createRowSums(room: RowRoom, engine: 'wasm' | 'javascript'): RowSums {
  const inWasm = engine === 'wasm' ? createWasmSums(room) : null;
  return inWasm ?? createPlainSums(room);
}

/** Where the row stands at which a block begins; `lay` is told when its rows are to be laid out, and to which row. */
function createPlaces(
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

function createPlainSums(room: RowRoom): RowSums {
  const { from, paddedRows, rows, stride } = room;
  const places = createPlaces(room, (start, count, to) => {
    const own = Math.min(count, rows - start);
    layRows({ values, start: to * stride, count: own, columns: stride }, from, start);
    values.fill(0, (to + own) * stride, (to + count) * stride);
  });
  const values = new Float64Array(places.rows * stride);
  const sums = new Float64Array(stride);
  const squares = new Float64Array(stride * stride);
  const block = (start: number, count: number): RowBlock => ({
    values,
    start: places.open(start, count) * stride,
    count,
    columns: stride,
  });
  return {
    read(start, count) {
      const { start: at } = block(start, count);
      return values.subarray(at, at + count * stride);
    },
    vector: (count) => new Float64Array(count * paddedRows),
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

/** 4 GiB is what WebAssembly can address; half of it leaves room for the machine. */
const limitBytes = 2 ** 31;

function createWasmSums(room: RowRoom): RowSums | null {
  const { blockRows, from, paddedRows, rows, stride: columns, vectors } = room;
  const memory = createKernelMemory<WeightedGramExports>(weightedGramWasm, limitBytes);
  if (memory === null) return null;
  const stride = columns * 8;
  const places = createPlaces(room, (start, count, to) => lay(start, count, to));
  const vectorAt = memory.reserve(stride);
  // for vectors that are not in this memory
  const blocksAt = Array.from({ length: 5 }, () => memory.reserve(blockRows * 8));
  const sumsAt = memory.reserve(stride);
  const squaresAt = memory.reserve(stride * columns);
  // columns that wait to be laid out; those that are not set are 0
  const apart = blockRows * 8;
  const columnsAt = memory.reserve(columns * apart);
  const meansAt = memory.reserve(stride);
  const unitsAt = memory.reserve(stride);
  const valuesAt = memory.reserve(places.rows * stride);
  const vectorsAt = memory.reserve(paddedRows * vectors * 8);
  if (!memory.commit()) return null;
  const { buffer, kernels } = memory;
  const view = (at: number, length: number): Float64Array => new Float64Array(buffer, at, length);
  const vectorView = view(vectorAt, columns);
  const blocks = blocksAt.map((at) => view(at, blockRows));
  const columnsView = view(columnsAt, columns * blockRows);
  const unitsView = view(unitsAt, columns);
  const values = view(valuesAt, places.rows * columns);
  const sums = view(sumsAt, columns);
  const squares = view(squaresAt, columns * columns);
  const width = from.columns.length;
  view(meansAt, columns).set(from.means);
  unitsView.set(from.units);
  if (from.hasOnes) {
    unitsView[width] = 1;
    columnsView.fill(1, width * blockRows, (width + 1) * blockRows);
  }
  let taken = 0;

  // made once: there are thousands of them
  const parts: (Float32Array | Float64Array)[][] = [];
  const partsOf = (start: number, end: number): (Float32Array | Float64Array)[] => {
    parts[start / blockRows] ??= from.columns.map((column) => column.subarray(start, end));
    return parts[start / blockRows]!;
  };

  const lay = (start: number, count: number, to: number): void => {
    const own = Math.min(count, rows - start);
    const blockParts = partsOf(start, start + own);
    for (let at = 0; at < width; at++) columnsView.set(blockParts[at]!, at * blockRows);
    const even = own + (own % 2);
    const into = valuesAt + to * stride;
    kernels.layRows(columnsAt, apart, even, columns, meansAt, unitsAt, into);
    values.fill(0, (to + own) * columns, (to + count) * columns);
  };
  const rowsAt = (start: number, count: number): number =>
    valuesAt + places.open(start, count) * stride;

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
    read(start, count) {
      const at = places.open(start, count) * columns;
      return values.subarray(at, at + count * columns);
    },
    vector(count) {
      if (taken + count > vectors) return new Float64Array(count * paddedRows);
      taken += count;
      return view(vectorsAt + (taken - count) * paddedRows * 8, count * paddedRows);
    },
    score(start, count, vector, into, at) {
      vectorView.set(vector);
      const to = place(into, at, 0);
      kernels.scoreRows(rowsAt(start, count), count, columns, vectorAt, to);
      take(into, at, count, 0);
    },
    sum(start, count, weights, at) {
      const from = bring(weights, at, count, 0);
      kernels.sumRows(rowsAt(start, count), count, columns, from, sumsAt);
      return sums;
    },
    square(start, count, weights, at) {
      const from = bring(weights, at, count, 0);
      kernels.sumSquares(rowsAt(start, count), count, columns, from, squaresAt);
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
