import { type QuantileSketch, summaryLimit } from './make-cuts.ts';
import type { QuantileSummary } from './quantile-summary.ts';
import type { TrainingMemory } from './training-memory.ts';

/** Bytes of memory that a sketch of so many rows works in. */
export function sketchBytes(rows: number, maxBin: number): number {
  return 4 * rows + 16 + workBytes(rows, summaryLimit(rows, maxBin));
}

/**
 * The sketch of columns whose values are at the start of memory; what it works in is from `start` to `end`. `undefined` where
 * there is no kernel for it.
 */
export function createFastSketch(
  { buffer, kernels }: TrainingMemory,
  rows: number,
  start: number,
  end: number,
): QuantileSketch | undefined {
  const { sketch } = kernels;
  if (sketch === undefined) return undefined;
  const work = Math.ceil((start + 4 * rows) / 16) * 16;
  return (_, weights, limit) => {
    // a column with missing values has a smaller limit, or the same
    if (work + workBytes(rows, limit) > end) throw new Error('no room to sketch a column');
    if (weights !== null) new Float32Array(buffer, start, rows).set(weights);
    const levels = levelsOf(rows, limit);
    const address = sketch(0, rows, weights === null ? 0 : start, limit, work, levels);
    return readSummary(buffer, address);
  };
}

function workBytes(rows: number, limit: number): number {
  const summaries =
    3 * (16 + 16 * (2 * limit + 2)) + levelsOf(rows, limit) * (16 + 16 * (limit + 2));
  return 32 * limit + 24_576 + summaries;
}

/** A level is needed for each bit of the number of queues. */
function levelsOf(rows: number, limit: number): number {
  return Math.floor(Math.log2(Math.ceil(rows / (2 * limit)) + 1)) + 2;
}

function readSummary(buffer: ArrayBufferLike, address: number): QuantileSummary {
  const size = new Uint32Array(buffer, address, 1)[0]!;
  const entries = new Float32Array(buffer, address + 16, 4 * size);
  const field = (place: number): Float32Array => {
    const values = new Float32Array(size);
    for (let index = 0; index < size; index++) values[index] = entries[4 * index + place]!;
    return values;
  };
  return { size, lowest: field(0), highest: field(1), weight: field(2), value: field(3) };
}
