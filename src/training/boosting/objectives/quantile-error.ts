// What: the pinball loss of one or more quantiles, smoothed near 0 at a scale that follows the residuals.
// Source: dmlc/xgboost 3.4, src/objective/quantile_obj.cu, and `Quantile` and `WeightedQuantile` of src/common/stats.h.
// Versions up to 3.3 gave every leaf a quantile of its residuals instead.
// Complexity: rows * quantiles; the base scores n log n.
// Invariant: float32 after each step, as there.
import type { BoostingObjective, LabeledRows } from './boosting-objective.ts';
import { residualScale } from './residual-scale.ts';
import { tanhf } from './tanhf.ts';

const { fround } = Math;
const smoothing = fround(0.04);
const leastRatio = fround(3e-4);

/** `reg:quantileerror` for quantiles of 0 to 1, ascending. */
export function createQuantileError(quantiles: readonly number[]): BoostingObjective {
  return {
    name: 'reg:quantileerror',
    outputs: quantiles.length,
    classes: 0,
    isClassification: false,
    fileParameters: { quantile_alpha: quantilesAsText(quantiles) },
    defaultMetric: 'quantile',
    faultOf: () => null,
    estimateBaseScores: (data) => quantiles.map((quantile) => quantileOf(data, quantile)),
    faultOfBaseScore: () => null,
    toMargin: fround,
    differentiate(margins, data, { gradients, hessians }) {
      for (const [output, quantile] of quantiles.entries()) {
        differentiate(margins[output]!, data, quantile, gradients[output]!, hessians[output]!);
      }
    },
    answer: sortQuantiles,
  };
}

function quantilesAsText(quantiles: readonly number[]): string {
  return quantiles.length === 1 ? String(quantiles[0]) : `[${quantiles.join(',')}]`;
}

function differentiate(
  margins: Float32Array,
  data: LabeledRows,
  quantile: number,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  const { labels, weights } = data;
  const scale = residualScale(margins, data);
  const width = fround(smoothing * scale);
  const twiceQuantile = fround(2 * fround(quantile));
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1;
    if (!(scale > 0) || weight === 0) {
      gradients[row] = 0;
      hessians[row] = 0;
      continue;
    }
    const x = fround(fround(margins[row]! - labels[row]!) / width);
    const tangent = tanhf(x);
    const ratio = Math.max(x === 0 ? 1 : fround(tangent / x), leastRatio);
    const slope = fround(fround(tangent + 1) - twiceQuantile);
    gradients[row] = weight * fround(fround(0.5 * scale) * slope);
    hessians[row] = weight * fround(fround(0.5 / smoothing) * ratio);
  }
}

/** A quantile of the labels: between two of them by interpolation, or, with weights, one of them. */
function quantileOf({ labels, weights }: LabeledRows, quantile: number): number {
  const alpha = fround(quantile);
  const rows = labels.length;
  const order = Uint32Array.from(labels.keys()).toSorted(
    (a, b) => labels[a]! - labels[b]! || a - b,
  );
  const labelAt = (rank: number) => labels[order[rank]!]!;
  if (weights !== null) {
    const upTo = new Float32Array(rows);
    for (const [rank, row] of order.entries()) upTo[rank] = (upTo[rank - 1] ?? 0) + weights[row]!;
    const wanted = fround(upTo[rows - 1]! * alpha);
    const rank = upTo.findIndex((weight) => weight >= wanted);
    return labelAt(rank === -1 ? rows - 1 : rank);
  }
  if (alpha <= 1 / (rows + 1)) return labelAt(0);
  if (alpha >= rows / (rows + 1)) return labelAt(rows - 1);
  const place = alpha * (rows + 1);
  const rank = Math.floor(place) - 1;
  const step = fround(labelAt(rank + 1) - labelAt(rank));
  return fround(labelAt(rank) + (place - 1 - rank) * step);
}

/** The quantiles of each row in ascending order, so that they do not cross. */
function sortQuantiles(margins: readonly Float32Array[]): readonly Float32Array[] {
  if (margins.length === 1) return margins;
  const answers = margins.map((output) => output.slice());
  for (let row = 0; row < margins[0]!.length; row++) {
    const sorted = Float32Array.from(margins, (output) => output[row]!).toSorted();
    for (const [output, answer] of sorted.entries()) answers[output]![row] = answer;
  }
  return answers;
}
