// What: the area under the ROC and its standard error, of rows that all weigh the same.
// Source: DeLong, DeLong and Clarke-Pearson, Comparing the areas under two or more correlated receiver operating
//   characteristic curves, Biometrics 44 (1988); the placements are read off the ranking as in Sun and Xu (2014).
// Complexity: O(n).
// Invariant: the area is that of `measureRanking`; the error is NaN with fewer than two rows of a label.

/** An area under the ROC and how far it is likely to be off. */
export interface DelongArea {
  readonly auc: number;
  readonly standardError: number;
  readonly positives: number;
  readonly negatives: number;
}

/** Measures the area. `labels`: 1 or 0, from the highest score to the lowest; `ends`: where each run of equal scores ends. */
export function measureDelong(labels: Uint8Array, ends: Uint32Array): DelongArea {
  const runs = countRuns(labels, ends);
  const positives = sum(runs.hits);
  const negatives = sum(runs.alarms);
  let pairs = 0;
  let hits = 0;
  for (let run = 0; run < ends.length; run++) {
    pairs += runs.alarms[run]! * (hits + runs.hits[run]! / 2);
    hits += runs.hits[run]!;
  }
  const auc = pairs / (positives * negatives);
  let ofPositives = 0;
  let ofNegatives = 0;
  let above = 0;
  let alarms = 0;
  for (let run = 0; run < ends.length; run++) {
    const hitsHere = runs.hits[run]!;
    const alarmsHere = runs.alarms[run]!;
    // the share of the other label that a row of this run is in order with
    const below = (negatives - alarms - alarmsHere / 2) / negatives;
    const over = (above + hitsHere / 2) / positives;
    ofPositives += hitsHere * (below - auc) ** 2;
    ofNegatives += alarmsHere * (over - auc) ** 2;
    above += hitsHere;
    alarms += alarmsHere;
  }
  const variance =
    ofPositives / (positives - 1) / positives + ofNegatives / (negatives - 1) / negatives;
  return { auc, standardError: Math.sqrt(variance), positives, negatives };
}

function countRuns(
  labels: Uint8Array,
  ends: Uint32Array,
): { readonly hits: Float64Array; readonly alarms: Float64Array } {
  const hits = new Float64Array(ends.length);
  const alarms = new Float64Array(ends.length);
  for (let run = 0, k = 0; run < ends.length; run++) {
    for (const end = ends[run]!; k < end; k++) {
      if (labels[k] === 1) hits[run]! += 1;
      else alarms[run]! += 1;
    }
  }
  return { hits, alarms };
}

function sum(numbers: Float64Array): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
