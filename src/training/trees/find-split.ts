// What: the split of a node that lowers the loss most.
// Source: dmlc/xgboost 3.4, `HistEvaluator` of src/tree/hist/evaluate_splits.h.
// Complexity: linear in the bins of the columns, plus sorting the categories.
// Invariant: columns ascend and only a strictly better split replaces another, so the lower column, the lower cut and
// missing values to the right win ties.
import type { BinnedColumn } from './binned-table.ts';
import type { SplitScores, WeightBounds } from './split-scores.ts';
import type { TreeParameters } from './tree-grower.ts';

const { fround } = Math;

/** How a node is split, and the sums of its children. */
export interface Split {
  readonly column: number;
  /** By how much the loss is lowered; float32. */
  readonly gain: number;
  readonly missingLeft: boolean;
  /** What is below goes left; 0 where categories decide. */
  readonly condition: number;
  /** The categories that go right, ascending; `null` where the condition decides. */
  readonly categories: Int32Array | null;
  readonly left: GradientSums;
  readonly right: GradientSums;
}

/** Sums over the rows of a node; float64. */
export interface GradientSums {
  readonly gradient: number;
  readonly hessian: number;
}

/** A node to be split. */
export interface OpenNode {
  readonly sums: GradientSums;
  /** What the node itself gains over no answer. */
  readonly gain: number;
  readonly bounds: WeightBounds;
}

/** Searches columns for the best split of a node; `null` when none lowers the loss. */
export interface SplitSearch {
  /** @param histogram Of each bin of the column the sum of the gradients and that of the hessians, in turn. */
  offerColumn(index: number, column: BinnedColumn, histogram: Float64Array): void;
  readonly best: Split | null;
}

/** Starts a search. */
export function createSplitSearch(
  node: OpenNode,
  scores: SplitScores,
  parameters: TreeParameters,
): SplitSearch {
  const total = node.sums;
  let best: Split | null = null;
  let bestGain = 0;

  /** Keeps a split that is better than those before it. The sums are those of one side, the other side has the rest. */
  function offer(
    split: Pick<Split, 'column' | 'missingLeft'>,
    side: 'left' | 'right',
    gradient: number,
    hessian: number,
    describe: () => Pick<Split, 'condition' | 'categories'>,
  ): void {
    const given = { gradient, hessian };
    const rest = { gradient: total.gradient - gradient, hessian: total.hessian - hessian };
    const [left, right] = side === 'left' ? [given, rest] : [rest, given];
    const children = scores.gainOfSplit(
      split.column,
      left.gradient,
      left.hessian,
      right.gradient,
      right.hessian,
      node.bounds,
    );
    const gain = fround(children - node.gain);
    // NaN and infinities happen without regularization
    if (!(gain > bestGain) || gain === Number.POSITIVE_INFINITY) return;
    bestGain = gain;
    best = { ...split, ...describe(), gain, left, right };
  }

  /** Below a cut or not; missing values go right first, then, if there may be some, left. */
  function offerThresholds(index: number, { cuts, bins }: BinnedColumn, sums: Float64Array): void {
    let [gradient, hessian] = [0, 0];
    for (let bin = 0; bin < bins; bin++) {
      gradient += sums[2 * bin]!;
      hessian += sums[2 * bin + 1]!;
      offer({ column: index, missingLeft: false }, 'left', gradient, hessian, () => ({
        condition: cuts[bin]!,
        categories: null,
      }));
    }
    if (gradient === total.gradient && hessian === total.hessian) return;
    [gradient, hessian] = [0, 0];
    for (let bin = bins - 1; bin >= 0; bin--) {
      gradient += sums[2 * bin]!;
      hessian += sums[2 * bin + 1]!;
      offer({ column: index, missingLeft: true }, 'right', gradient, hessian, () => ({
        condition: bin === 0 ? Number.NEGATIVE_INFINITY : cuts[bin - 1]!,
        categories: null,
      }));
    }
  }

  /** One category against the others. */
  function offerEachCategory(index: number, { bins }: BinnedColumn, sums: Float64Array): void {
    let [missingGradient, missingHessian] = [total.gradient, total.hessian];
    let [presentGradient, presentHessian] = [0, 0];
    for (let code = 0; code < bins; code++) {
      presentGradient += sums[2 * code]!;
      presentHessian += sums[2 * code + 1]!;
    }
    missingGradient -= presentGradient;
    missingHessian -= presentHessian;
    for (let code = 0; code < bins; code++) {
      const gradient = sums[2 * code]!;
      const hessian = sums[2 * code + 1]!;
      const describe = () => ({ condition: 0, categories: Int32Array.of(code) });
      offer({ column: index, missingLeft: true }, 'right', gradient, hessian, describe);
      offer(
        { column: index, missingLeft: false },
        'right',
        gradient + missingGradient,
        hessian + missingHessian,
        describe,
      );
    }
  }

  /** Categories in the order of what they would answer, cut in two; only so many are looked at from each end. */
  function offerPartitions(index: number, { bins }: BinnedColumn, sums: Float64Array): void {
    const weights = Float32Array.from({ length: bins }, (_, code) =>
      scores.weigh(sums[2 * code]!, sums[2 * code + 1]!),
    );
    const order = Int32Array.from(weights.keys()).toSorted(
      (a, b) => weights[a]! - weights[b]! || a - b,
    );
    const steps = Math.min(parameters.max_cat_threshold, bins) - 1;
    const describe = (count: number) => () => ({
      condition: 0,
      categories: order.slice(0, count).toSorted(),
    });
    let [gradient, hessian] = [0, 0];
    for (let step = 0; step < steps; step++) {
      gradient += sums[2 * order[step]!]!;
      hessian += sums[2 * order[step]! + 1]!;
      const split = { column: index, missingLeft: true };
      offer(split, 'right', gradient, hessian, describe(step + 1));
    }
    [gradient, hessian] = [0, 0];
    for (let step = 0; step < steps; step++) {
      const place = bins - 1 - step;
      gradient += sums[2 * order[place]!]!;
      hessian += sums[2 * order[place]! + 1]!;
      offer({ column: index, missingLeft: false }, 'left', gradient, hessian, describe(place));
    }
  }

  return {
    offerColumn(index, column, histogram) {
      if (!column.isCategory) offerThresholds(index, column, histogram);
      else if (column.bins < parameters.max_cat_to_onehot) {
        offerEachCategory(index, column, histogram);
      } else offerPartitions(index, column, histogram);
    },
    get best() {
      return best;
    },
  };
}
