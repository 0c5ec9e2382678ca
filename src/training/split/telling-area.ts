import { measureRanking } from '../evaluation/measure-ranking.ts';
import { rankRows, takeInOrder } from '../evaluation/rank-rows.ts';
import type { TrainingColumn } from '../training-table.ts';

/** A category with fewer rows than this says little of the labels to come. */
const fewRows = 20;

/**
 * The largest area under the ROC with which one column alone tells any label from the rest, in whichever direction;
 * `null` for rows of one label, and for categories of which most have few rows. A category stands for the share of the
 * label in its rows; a missing value is below all others or above them, whichever tells more.
 */
export function tellingArea(column: TrainingColumn, labels: ArrayLike<number>): number | null {
  const codes = [...new Set(Array.from(labels))].toSorted((a, b) => a - b);
  if (codes.length < 2 || isSparse(column)) return null;
  let best = 0;
  // of two labels, one against the rest is the other against it
  for (const code of codes.length === 2 ? codes.slice(1) : codes) {
    const outcomes = Uint8Array.from({ length: column.values.length }, (_, row) =>
      labels[row] === code ? 1 : 0,
    );
    for (const missing of [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
      const area = areaOf(scoresOf(column, outcomes, missing), outcomes);
      best = Math.max(best, area, 1 - area);
    }
  }
  return best;
}

function isSparse({ type, values }: TrainingColumn): boolean {
  return type === 'category' && new Set(values).size > values.length / fewRows;
}

function scoresOf(
  { type, values }: TrainingColumn,
  outcomes: Uint8Array,
  missing: number,
): Float64Array {
  if (type !== 'category') {
    return Float64Array.from(values, (value) => (Number.isNaN(value) ? missing : value));
  }
  const sums = new Map<number, { rows: number; hits: number }>();
  for (let row = 0; row < values.length; row++) {
    const sum = sums.get(values[row]!) ?? { rows: 0, hits: 0 };
    sum.rows += 1;
    sum.hits += outcomes[row]!;
    sums.set(values[row]!, sum);
  }
  return Float64Array.from(values, (value) => {
    const { hits, rows } = sums.get(value)!;
    return hits / rows;
  });
}

function areaOf(scores: Float64Array, outcomes: Uint8Array): number {
  const { order, ends } = rankRows(scores);
  const measures = { auc: 0, averagePrecision: 0, kolmogorovSmirnov: 0 };
  const ranked = Uint8Array.from(takeInOrder(Float64Array.from(outcomes), order));
  measureRanking(ranked, new Float64Array(scores.length).fill(1), ends, measures);
  return measures.auc;
}
