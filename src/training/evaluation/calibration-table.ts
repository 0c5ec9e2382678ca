// What: how far probabilities are from the shares that came, in bins of about as many rows.
// Source: Naeini, Cooper and Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning, AAAI (2015), for
//   the error; bins by the quantiles of the probabilities, as `calibration_curve(strategy='quantile')` of scikit-learn.
// Complexity: O(n).
// Invariant: equal probabilities share a bin; a weight of 2 is the row twice; the bins hold every row once.
import type { CalibrationBin } from './binary-evaluation.ts';
import { boundShare } from './wilson.ts';

/** Rows from the highest probability to the lowest, and whether what was likely came. */
export interface RankedOutcomes {
  readonly probabilities: Float64Array;
  /** 1 where it came, else 0. */
  readonly outcomes: Uint8Array;
  /** Where each run of equal probabilities ends. */
  readonly ends: Uint32Array;
}

/** Sums over the rows of each bin. */
export interface BinSums {
  readonly rows: Float64Array;
  readonly weight: Float64Array;
  /** Of weight times probability. */
  readonly probability: Float64Array;
  /** Of the weight of what came. */
  readonly outcome: Float64Array;
}

/** Room for the sums of so many bins. */
export function createBinSums(bins: number): BinSums {
  return {
    rows: new Float64Array(bins),
    weight: new Float64Array(bins),
    probability: new Float64Array(bins),
    outcome: new Float64Array(bins),
  };
}

/**
 * The expected calibration error of rows with these weights: the mean over bins of the difference of probability and
 * share, each by its weight. Overwrites `sums`, whose length says how many bins there are.
 */
export function measureCalibration(
  { probabilities, outcomes, ends }: RankedOutcomes,
  weights: Float64Array,
  sums: BinSums,
): number {
  const bins = sums.weight.length;
  for (const column of [sums.rows, sums.weight, sums.probability, sums.outcome]) column.fill(0);
  let total = 0;
  for (const weight of weights) total += weight;
  let below = 0;
  for (let run = ends.length - 1; run >= 0; run--) {
    const first = run === 0 ? 0 : ends[run - 1]!;
    const bin = Math.min(Math.floor((below * bins) / total), bins - 1);
    sums.rows[bin]! += ends[run]! - first;
    for (let k = first; k < ends[run]!; k++) {
      const weight = weights[k]!;
      below += weight;
      sums.weight[bin]! += weight;
      sums.probability[bin]! += weight * probabilities[k]!;
      if (outcomes[k] === 1) sums.outcome[bin]! += weight;
    }
  }
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    error += Math.abs(sums.probability[bin]! - sums.outcome[bin]!);
  }
  return error / total;
}

/** The table of rows with these weights, lowest probabilities first; bins that equal probabilities leave empty are not in it. */
export function tabulateCalibration(
  ranked: RankedOutcomes,
  weights: Float64Array,
  bins: number,
  isUniform: boolean,
): readonly CalibrationBin[] {
  const sums = createBinSums(bins);
  measureCalibration(ranked, weights, sums);
  const table: CalibrationBin[] = [];
  // the rows of a bin stand together, the lowest of all at the end
  let end = weights.length;
  for (let bin = 0; bin < bins; bin++) {
    const rows = sums.rows[bin]!;
    if (rows === 0) continue;
    const weight = sums.weight[bin]!;
    const positiveShare = sums.outcome[bin]! / weight;
    table.push({
      from: ranked.probabilities[end - 1]!,
      to: ranked.probabilities[end - rows]!,
      rows,
      weight,
      meanProbability: sums.probability[bin]! / weight,
      positiveShare,
      ...(isUniform ? boundShare(positiveShare, rows) : { low: null, high: null }),
    });
    end -= rows;
  }
  return table;
}
