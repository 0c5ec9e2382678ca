import { type Fault, faultsInWords, SpillwayError } from '../../core/index.ts';
import type { TrainingTable } from '../training-table.ts';

/** Numbers beyond this would overflow when they are compared. */
const largestNumber = 1e300;

/**
 * Refuses what a linear model cannot be trained on: category columns, missing and infinite numbers, lengths that differ,
 * weights that are negative, not finite or all zero.
 * @throws SpillwayError `INVALID_DATA` with a fault for each column, and for the weights.
 */
export function checkTrainingRows(
  table: TrainingTable,
  labels: ArrayLike<unknown>,
  weights: ArrayLike<number> | undefined,
): void {
  const faults: Fault[] = [];
  const found = (pointer: string, message: string): void => {
    faults.push({ pointer, message });
  };
  if (table.rows === 0) found('/table', 'expected rows, got none');
  for (const column of table.columns) {
    const pointer = `/table/${column.name}`;
    const { length } = column.values;
    if (column.type === 'category')
      found(pointer, 'a column of categories; a linear model takes numbers: encode it first');
    else if (length !== table.rows) found(pointer, `expected ${table.rows} values, got ${length}`);
    else {
      const fault = describeBadNumber(column.values);
      if (fault !== null) found(pointer, fault);
    }
  }
  const names = table.columns.map(({ name }) => name);
  for (const repeated of new Set(names.filter((name, at) => names.indexOf(name) !== at)))
    found(`/table/${repeated}`, 'a name of several columns');
  if (labels.length !== table.rows)
    found('/labels', `expected ${table.rows} of them, one per row, got ${labels.length}`);
  if (weights !== undefined) {
    const fault = describeBadWeights(weights, table.rows);
    if (fault !== null) found('/weights', fault);
  }
  if (faults.length === 0) return;
  const message = `the rows to train a linear model on have ${faults.length} fault(s): ${faultsInWords(faults)}`;
  throw new SpillwayError('INVALID_DATA', message, { faults });
}

/** How many numbers are missing, infinite or too large, and the first such row; `null` for none. */
export function describeBadNumber(values: ArrayLike<number>): string | null {
  if (sumSizes(values) <= largestNumber) return null;
  const first = Array.prototype.findIndex.call(
    values,
    (value: number) => !(Math.abs(value) <= largestNumber),
  );
  if (first === -1) return null;
  let missing = 0;
  let infinite = 0;
  for (let row = first; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) missing++;
    else if (Math.abs(value) > largestNumber) infinite++;
  }
  const kinds = [
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(infinite > 0 ? [`${infinite} infinite or beyond ${largestNumber}`] : []),
  ];
  return `expected finite numbers, got ${kinds.join(' and ')}, the first in row ${first}`;
}

/** The sum of the sizes, which is NaN or infinite when any of them is; four sums side by side, for speed. */
function sumSizes(values: ArrayLike<number>): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let at = 0;
  for (; at + 3 < values.length; at += 4) {
    s0 += Math.abs(values[at]!);
    s1 += Math.abs(values[at + 1]!);
    s2 += Math.abs(values[at + 2]!);
    s3 += Math.abs(values[at + 3]!);
  }
  for (; at < values.length; at++) s0 += Math.abs(values[at]!);
  return s0 + s1 + s2 + s3;
}

function describeBadWeights(weights: ArrayLike<number>, rows: number): string | null {
  if (weights.length !== rows)
    return `expected ${rows} of them, one per row, got ${weights.length}`;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    // null is at least 0, and no number
    if (!(Number.isFinite(weight) && weight >= 0 && weight <= largestNumber))
      return `expected finite numbers that are not negative, got ${weight} in row ${row}`;
    sum += weight;
  }
  if (sum === 0) return 'all of them are 0';
  return sum === Number.POSITIVE_INFINITY ? 'their sum is infinite' : null;
}
