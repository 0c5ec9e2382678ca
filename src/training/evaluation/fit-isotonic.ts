// What: a non-decreasing map from scores to probabilities.
// Source: Barlow et al., Statistical Inference under Order Restrictions (1972), pool adjacent violators; scikit-learn,
//   `IsotonicRegression(y_min=0, y_max=1, out_of_bounds='clip')`, of which both ends of each level are kept.
// Complexity: O(n log n) for the ranking, then O(n).
// Invariant: y does not decrease; fitted to its own answers it gives them back; a weight of 2 is the row twice.
import type { Calibrator } from '../../model/index.ts';
import { type CalibrationRows, readCalibrationRows } from './calibration-rows.ts';
import { rankRows } from './rank-rows.ts';

/**
 * Fits an isotonic calibrator to rows that the classifier has not seen; it needs about 1,000 of them.
 * @throws SpillwayError `INVALID_DATA` for rows that cannot be used, or of one label only.
 */
export function fitIsotonic(rows: CalibrationRows): Extract<Calibrator, { kind: 'isotonic' }> {
  const { scores, labels, weights } = readCalibrationRows(rows);
  const { order, ends } = rankRows(scores);
  // levels from the lowest score on: a stack, whose top joins what is not above the one below
  const sums = new Float64Array(ends.length);
  const masses = new Float64Array(ends.length);
  const firsts = new Float64Array(ends.length);
  const lasts = new Float64Array(ends.length);
  let top = -1;
  for (let run = ends.length - 1; run >= 0; run--) {
    top++;
    const start = run === 0 ? 0 : ends[run - 1]!;
    sums[top] = 0;
    masses[top] = 0;
    for (let k = start; k < ends[run]!; k++) {
      const row = order[k]!;
      masses[top]! += weights[row]!;
      if (labels[row] === 1) sums[top]! += weights[row]!;
    }
    firsts[top] = scores[order[start]!]!;
    lasts[top] = firsts[top]!;
    while (top > 0 && sums[top - 1]! * masses[top]! >= sums[top]! * masses[top - 1]!) {
      sums[top - 1]! += sums[top]!;
      masses[top - 1]! += masses[top]!;
      lasts[top - 1] = lasts[top]!;
      top--;
    }
  }
  const x: number[] = [];
  const y: number[] = [];
  for (let level = 0; level <= top; level++) {
    const share = sums[level]! / masses[level]!;
    x.push(firsts[level]!);
    y.push(share);
    if (lasts[level] === firsts[level]) continue;
    x.push(lasts[level]!);
    y.push(share);
  }
  return Object.freeze({ kind: 'isotonic', x: Float64Array.from(x), y: Float64Array.from(y) });
}
