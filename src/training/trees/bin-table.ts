import { type Fault, faultsInWords, SpillwayError } from '../../core/index.ts';
import type { TrainingColumn, TrainingTable } from '../training-table.ts';
import type { BinnedColumn, BinnedTable } from './binned-table.ts';
import { makeCuts } from './make-cuts.ts';

/** How a table is cut into bins. */
export interface BinningOptions {
  /** Bins of a column of numbers at most, 2 to 65,535. */
  readonly maxBin: number;
  /** One per row, which move the cuts; `null` counts every row once. */
  readonly weights: Float32Array | null;
}

/** Most bins of a column, so that its codes and that of a missing value fit into two bytes. */
export const mostBins = 65_535;

/**
 * Replaces the values of a table by the bins that they fall into, after rounding them to float32 as XGBoost does.
 * @throws `INVALID_DATA` with all columns that hold infinities, numbers beyond float32 or codes that are no categories.
 */
export function binTable(table: TrainingTable, options: BinningOptions): BinnedTable {
  const columns = table.columns.map(({ values }) => Float32Array.from(values));
  const faults = table.columns.flatMap((column, index) =>
    faultsOf(column, columns[index]!, table.rows).map(
      (message): Fault => ({ pointer: `/columns/${index}`, message: `${column.name}: ${message}` }),
    ),
  );
  if (faults.length > 0) throw new SpillwayError('INVALID_DATA', faultsInWords(faults), { faults });
  return Object.freeze({
    rows: table.rows,
    columns: Object.freeze(
      table.columns.map(({ type }, index) =>
        binColumn(columns[index]!, type === 'category', options),
      ),
    ),
  });
}

/** The bins of one column, out of float32 values; NaN is missing. */
export function binColumn(
  values: Float32Array,
  isCategory: boolean,
  { maxBin, weights }: BinningOptions,
): BinnedColumn {
  const cuts = isCategory ? codesOf(values) : makeCuts(values, maxBin, weights);
  return encodeColumn(values, cuts, isCategory);
}

/** The bins of one column by cuts that are known already. */
export function encodeColumn(
  values: Float32Array,
  cuts: Float32Array,
  isCategory: boolean,
): BinnedColumn {
  const bins = cuts.length;
  const hasMissing = values.some((value) => Number.isNaN(value));
  const codes =
    bins + (hasMissing ? 1 : 0) <= 256
      ? new Uint8Array(values.length)
      : new Uint16Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) codes[row] = bins;
    else codes[row] = isCategory ? value : binOf(value, cuts);
  }
  return Object.freeze({ cuts, isCategory, bins, hasMissing, codes });
}

/** How many cuts are not above the value; what is above the last one is in the last bin too. */
function binOf(value: number, cuts: Float32Array): number {
  let low = 0;
  let high = cuts.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The codes from 0 to the greatest one that occurs. */
function codesOf(values: Float32Array): Float32Array {
  let greatest = 0;
  for (const value of values) if (value > greatest) greatest = value;
  return Float32Array.from({ length: greatest + 1 }, (_, code) => code);
}

function faultsOf(column: TrainingColumn, values: Float32Array, rows: number): string[] {
  if (values.length !== rows) return [`expected ${rows} values, got ${values.length}`];
  const faults: string[] = [];
  const infinite = values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  if (infinite !== -1) {
    faults.push(
      Number.isFinite(column.values[infinite]!)
        ? `row ${infinite} is beyond the range of float32`
        : `row ${infinite} is infinite; mark it as missing or give a number`,
    );
  }
  if (column.type === 'category') {
    const known = column.categories.length;
    if (known > mostBins) faults.push(`${known} categories; at most ${mostBins} can be trained on`);
    const unknown = values.findIndex(
      (code) => !Number.isNaN(code) && !(Number.isInteger(code) && code >= 0 && code < known),
    );
    if (unknown !== -1) {
      faults.push(`row ${unknown} is not the code of one of the ${known} categories`);
    }
  }
  return faults;
}
