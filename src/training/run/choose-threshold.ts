/** How the probability is chosen from which the positive label is predicted. */
export type ThresholdRule =
  | { readonly by: 'fixed'; readonly at: number }
  | { readonly by: 'f1' }
  /** What a wrong prediction costs, each above 0. */
  | { readonly by: 'cost'; readonly falsePositive: number; readonly falseNegative: number };

/** The probabilities of rows, and what came: 1 for the positive label, 0 for the negative one. */
export interface ScoredRows {
  readonly labels: Float64Array;
  readonly probabilities: Float64Array;
  readonly weights: Float64Array | null;
}

/**
 * The probability from which predicting the positive label gives the best F1, or the least cost, over rows; of equals the
 * highest. It is one of the probabilities of the rows, or 1 when nobody should be predicted positive.
 */
export function chooseThreshold(
  rule: ThresholdRule,
  { labels, probabilities, weights }: ScoredRows,
): number {
  if (rule.by === 'fixed') return rule.at;
  const order = Uint32Array.from(probabilities.keys()).sort(
    (a, b) => probabilities[b]! - probabilities[a]! || a - b,
  );
  const positives = labels.reduce((sum, label, row) => sum + label * (weights?.[row] ?? 1), 0);
  const worth = (truePositives: number, falsePositives: number): number =>
    rule.by === 'f1'
      ? (2 * truePositives) / (positives + truePositives + falsePositives)
      : -rule.falsePositive * falsePositives - rule.falseNegative * (positives - truePositives);
  let best = worth(0, 0);
  let threshold = 1;
  let truePositives = 0;
  let falsePositives = 0;
  for (const [place, row] of order.entries()) {
    const weight = weights?.[row] ?? 1;
    if (labels[row] === 1) truePositives += weight;
    else falsePositives += weight;
    const next = order[place + 1];
    // rows of one probability are predicted alike
    if (next !== undefined && probabilities[next] === probabilities[row]) continue;
    const now = worth(truePositives, falsePositives);
    if (now > best) {
      best = now;
      threshold = probabilities[row]!;
    }
  }
  return threshold;
}
