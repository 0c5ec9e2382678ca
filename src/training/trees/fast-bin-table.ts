import type { TrainingColumn, TrainingTable } from '../training-table.ts';
import { type BinningOptions, binColumn, binTable } from './bin-table.ts';
import type { BinnedColumn, BinnedTable } from './binned-table.ts';
import { createFastSketch, sketchBytes } from './fast-sketch.ts';
import { makeCuts, type QuantileSketch } from './make-cuts.ts';
import { createTrainingMemory, type TrainingMemory } from './training-memory.ts';

/** `binTable`, fast: the same bins and the same errors. */
export function binTableFast(
  table: TrainingTable,
  options: BinningOptions,
  engine: 'wasm' | 'javascript' = 'wasm',
): BinnedTable {
  const paddedRows = Math.ceil(table.rows / 4) * 4;
  const cutsRoom = 2 * powerOfTwoAbove(options.maxBin);
  const sketchAt = Math.ceil((6 * paddedRows + 4 * cutsRoom) / 16) * 16;
  const bytes = sketchAt + sketchBytes(table.rows, options.maxBin);
  const memory = createTrainingMemory(bytes, engine);
  const sketch = createFastSketch(memory, table.rows, sketchAt, bytes);
  const columns: BinnedColumn[] = [];
  for (const column of table.columns) {
    const isFit = column.values.length === table.rows;
    const binned = isFit ? binOne(column, table.rows, options, memory, sketch) : null;
    // what says in words what is wrong is the plain one's
    if (binned === null) return binTable(table, options);
    columns.push(binned);
  }
  return Object.freeze({ rows: table.rows, columns: Object.freeze(columns) });
}

/** The bins of a column; `null` when there is something wrong with it. */
function binOne(
  column: TrainingColumn,
  rows: number,
  options: BinningOptions,
  memory: TrainingMemory,
  sketch: QuantileSketch | undefined,
): BinnedColumn | null {
  const { buffer, kernels } = memory;
  const paddedRows = Math.ceil(rows / 4) * 4;
  // float64 is rounded on the way
  const values = new Float32Array(buffer, 0, paddedRows);
  values.set(column.values);
  values.fill(0, rows);
  const found = kernels.inspect(0, paddedRows);
  if (found >= 2) return null;
  const inputs = values.subarray(0, rows);
  if (column.type === 'category') {
    const known = column.categories.length;
    return areCodes(inputs, known) ? binColumn(inputs, true, options) : null;
  }
  const cuts = makeCuts(inputs, options.maxBin, options.weights, sketch);
  const bins = cuts.length;
  const hasMissing = found === 1;
  const firstStep = powerOfTwoAbove(bins) / 2;
  const cutsAt = 4 * paddedRows;
  const codesAt = cutsAt + 4 * 2 * powerOfTwoAbove(options.maxBin);
  const cutsThere = new Float32Array(buffer, cutsAt, Math.max(bins, 2 * firstStep));
  cutsThere.fill(Number.POSITIVE_INFINITY);
  cutsThere.set(cuts);
  const isByte = bins + (hasMissing ? 1 : 0) <= 256;
  const find = isByte ? kernels.byteBins : kernels.shortBins;
  find(0, paddedRows, cutsAt, firstStep, bins - 1, bins, codesAt);
  const codes = isByte
    ? new Uint8Array(new Uint8Array(buffer, codesAt, rows))
    : new Uint16Array(new Uint16Array(buffer, codesAt, rows));
  return Object.freeze({ cuts, isCategory: false, bins, hasMissing, codes });
}

function areCodes(values: Float32Array, known: number): boolean {
  if (known > 65_535) return false;
  for (const value of values) {
    if (!Number.isNaN(value) && !(Number.isInteger(value) && value >= 0 && value < known)) {
      return false;
    }
  }
  return true;
}

function powerOfTwoAbove(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, count)));
}
