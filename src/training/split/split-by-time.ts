// What: validation rows that are later than all rows learned from.
// Source: forward chaining; Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.10.
// Complexity: O(n log n) for the sorting.
// Invariant: every training time plus the gap is below every validation time; equal times are on one side.
import { SpillwayError } from '../../core/index.ts';
import { rowsWhere } from './assignment.ts';
import type { Split, SplitResult } from './split.ts';

/**
 * Divides rows at so many moments. Each share says which part of the rows comes before its moment; the rows from there
 * to the next moment, or the end, are for validation, and those before it, less the gap, for training.
 * @throws SpillwayError `INVALID_DATA` for times that are not finite, or too few different ones.
 */
export function splitByTime(
  times: ArrayLike<number>,
  rows: number,
  gap: number,
  shares: readonly number[],
): SplitResult {
  const read = readTimes(times, rows);
  const sorted = read.toSorted();
  const moments = chooseMoments(sorted, shares);
  const warnings: string[] = [];
  const splits = moments.map((moment, place): Split => {
    const end = moments[place + 1] ?? Number.POSITIVE_INFINITY;
    const training = rowsWhere(read, (time) => time + gap < moment);
    if (training.length === 0) {
      throw new SpillwayError(
        'INVALID_DATA',
        `no row is earlier than ${moment} by more than ${gap}`,
      );
    }
    const left = rowsWhere(read, (time) => time < moment).length - training.length;
    if (left > 0)
      warnings.push(`${left} rows in the gap before ${moment} are left out of training`);
    return { training, validation: rowsWhere(read, (time) => time >= moment && time < end) };
  });
  return { splits, warnings };
}

function readTimes(times: ArrayLike<number>, rows: number): Float64Array {
  if (times.length !== rows) {
    throw new SpillwayError(
      'INVALID_DATA',
      `expected a time for each of ${rows} rows, got ${times.length}`,
    );
  }
  const read = Float64Array.from(times);
  const wrong = read.findIndex((time) => !Number.isFinite(time));
  if (wrong !== -1) throw new SpillwayError('INVALID_DATA', `row ${wrong} has no time`);
  return read;
}

/** For each share the time at which that share of the rows is over, as nearly as equal times allow; ascending. */
function chooseMoments(sorted: Float64Array, shares: readonly number[]): readonly number[] {
  // where each time but the first begins
  const starts: number[] = [];
  for (let k = 1; k < sorted.length; k++) if (sorted[k] !== sorted[k - 1]) starts.push(k);
  if (starts.length < shares.length) {
    throw new SpillwayError(
      'INVALID_DATA',
      `expected ${shares.length + 1} different times or more, got ${starts.length + (sorted.length > 0 ? 1 : 0)}`,
    );
  }
  const moments: number[] = [];
  let next = 0;
  for (const [place, share] of shares.entries()) {
    const target = share * sorted.length;
    // those that come after need a start each
    const last = starts.length - (shares.length - place);
    while (
      next < last &&
      Math.abs(starts[next + 1]! - target) <= Math.abs(starts[next]! - target)
    ) {
      next++;
    }
    moments.push(sorted[starts[next]!]!);
    next++;
  }
  return moments;
}
