// What: how well answers put positive rows before negative ones: the areas under the ROC and the precision-recall curve.
// Source: dmlc/xgboost 3.4, src/metric/auc.cc; Davis and Goadrich (ICML 2006) for the curve between two points.
// Complexity: n log n.
// Invariant: equal answers count half; NaN when one of the classes is not there.
import type { LabeledRows, Margins } from '../objectives/boosting-objective.ts';
import type { Measure } from './row-metrics.ts';

/** Weights of the positive rows, of the negative ones, and the area in units of their product or of 1. */
interface Area {
  readonly positives: number;
  readonly negatives: number;
  readonly share: number;
}

const { fround } = Math;

type MeasureArea = (
  answers: Float32Array,
  isPositive: (row: number) => number,
  weights: Float32Array | null,
) => Area;

/** `auc`; with several classes each against the others, weighted by how frequent it is. */
export const areaUnderRoc: Measure = overClasses(rocArea, true);

/** `aucpr`; with several classes the plain mean of each against the others. */
export const areaUnderPrecisionRecall: Measure = overClasses(precisionRecallArea, false);

function overClasses(measure: MeasureArea, isByFrequency: boolean): Measure {
  return (answers: Margins, { labels, weights }: LabeledRows) => {
    if (answers.length === 1) return measure(answers[0]!, (row) => labels[row]!, weights).share;
    let [sum, total] = [0, 0];
    for (const [output, values] of answers.entries()) {
      const { positives, share } = measure(
        values,
        (row) => (labels[row] === output ? 1 : 0),
        weights,
      );
      const weight = isByFrequency ? positives : 1;
      sum += share * weight;
      total += weight;
    }
    return sum / total;
  };
}

function rocArea(
  answers: Float32Array,
  isPositive: (row: number) => number,
  weights: Float32Array | null,
): Area {
  let area = 0;
  const { positives, negatives } = walkCurve(answers, isPositive, weights, (from, to) => {
    area += ((to.negatives - from.negatives) * (to.positives + from.positives)) / 2;
  });
  return { positives, negatives, share: shareOf(area / (positives * negatives)) };
}

function precisionRecallArea(
  answers: Float32Array,
  isPositive: (row: number) => number,
  weights: Float32Array | null,
): Area {
  let total = 0;
  for (let row = 0; row < answers.length; row++) {
    total += fround((weights?.[row] ?? 1) * isPositive(row));
  }
  let area = 0;
  const { positives, negatives } = walkCurve(answers, isPositive, weights, (from, to) => {
    const [before, recall] = [from.positives / total, to.positives / total];
    if (recall === before) return;
    // precision = recall / (a recall + b)
    const slope = (to.negatives - from.negatives) / (to.positives - from.positives);
    const a = slope + 1;
    const b = (from.negatives - slope * from.positives) / total;
    const logarithm = b === 0 ? 0 : Math.log(a * recall + b) - Math.log(a * before + b);
    area += (recall - before - (b / a) * logarithm) / a;
  });
  return { positives, negatives, share: negatives > 0 ? shareOf(area) : Number.NaN };
}

function shareOf(share: number): number {
  return Number.isFinite(share) ? share : Number.NaN;
}

interface Point {
  readonly positives: number;
  readonly negatives: number;
}

/** Visits the steps of the curve from the highest answer down, equal answers in one step, and gives its end. */
function walkCurve(
  answers: Float32Array,
  isPositive: (row: number) => number,
  weights: Float32Array | null,
  visit: (from: Point, to: Point) => void,
): Point {
  const order = Uint32Array.from(answers.keys()).toSorted(
    (a, b) => answers[b]! - answers[a]! || a - b,
  );
  let from: Point = { positives: 0, negatives: 0 };
  for (let start = 0; start < order.length; ) {
    let { positives, negatives } = from;
    const answer = answers[order[start]!]!;
    for (; start < order.length && answers[order[start]!] === answer; start++) {
      const row = order[start]!;
      const weight = weights?.[row] ?? 1;
      const share = isPositive(row);
      positives += fround(share * weight);
      // XGBoost has float64 for the first row alone
      negatives += start === 0 ? (1 - share) * weight : fround(fround(1 - share) * weight);
    }
    const to = { positives, negatives };
    visit(from, to);
    from = to;
  }
  return from;
}
