import { createKernelMemory } from '../../inference/index.ts';
import { createPlaces, type RowRoom, type RowSums } from './row-room.ts';
import { weightedGramWasm } from './weighted-gram-wasm.ts';

/** Goes through rows with one number for each column, or for each row. */
type RowKernel = (
  rows: number,
  count: number,
  columns: number,
  vector: number,
  into: number,
) => void;

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
  readonly scoreRows: RowKernel;
  readonly sumRows: RowKernel;
  readonly sumSquares: RowKernel;
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

/** 4 GiB is what WebAssembly can address; half of it leaves room for the machine. */
const limitBytes = 2 ** 31;

/** The sums in WebAssembly; `null` where there is none, or not the memory. */
export function createWasmSums(room: RowRoom): RowSums | null {
  const { from, paddedRows, rows, stride: columns, vectors } = room;
  const blockRows = Math.min(room.blockRows, paddedRows);
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
      const weightsAt = bring(weights, at, count, 0);
      kernels.sumRows(rowsAt(start, count), count, columns, weightsAt, sumsAt);
      return sums;
    },
    square(start, count, weights, at) {
      const weightsAt = bring(weights, at, count, 0);
      kernels.sumSquares(rowsAt(start, count), count, columns, weightsAt, squaresAt);
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
