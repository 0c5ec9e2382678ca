// What: area under the ROC, average precision and Kolmogorov-Smirnov distance of ranked rows, weighted.
// Source: Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27 (2006); scikit-learn, `roc_auc_score`
//   and `average_precision_score` (steps, no interpolation).
// Complexity: O(n), nothing allocated.
// Invariant: equal scores count as one threshold; a weight of 2 is the row twice; all are NaN with one label only.

/** What `measureRanking` found. */
export interface RankingMeasures {
  auc: number;
  averagePrecision: number;
  kolmogorovSmirnov: number;
}

/**
 * Walks down the thresholds and writes what it finds into `measures`.
 * @param labels 1 or 0, from the highest score to the lowest.
 * @param ends Where each run of equal scores ends.
 */
export function measureRanking(
  labels: Uint8Array,
  weights: Float64Array,
  ends: Uint32Array,
  measures: RankingMeasures,
): void {
  let positives = 0;
  let negatives = 0;
  for (let k = 0; k < labels.length; k++) {
    if (labels[k] === 1) positives += weights[k]!;
    else negatives += weights[k]!;
  }
  let hits = 0;
  let alarms = 0;
  let pairs = 0;
  let precisions = 0;
  let distance = 0;
  for (let run = 0, k = 0; run < ends.length; run++) {
    let hitsHere = 0;
    let alarmsHere = 0;
    for (const end = ends[run]!; k < end; k++) {
      if (labels[k] === 1) hitsHere += weights[k]!;
      else alarmsHere += weights[k]!;
    }
    // a pair of equal scores is half in order
    pairs += alarmsHere * (hits + hitsHere / 2);
    hits += hitsHere;
    alarms += alarmsHere;
    if (hitsHere > 0) precisions += hitsHere * (hits / (hits + alarms));
    distance = Math.max(distance, Math.abs(hits / positives - alarms / negatives));
  }
  const isDefined = positives > 0 && negatives > 0;
  measures.auc = isDefined ? pairs / (positives * negatives) : Number.NaN;
  measures.averagePrecision = isDefined ? precisions / positives : Number.NaN;
  measures.kolmogorovSmirnov = isDefined ? distance : Number.NaN;
}
