import { measureRanking, type RankingMeasures } from './measure-ranking.ts';
import { rankRows } from './rank-rows.ts';

/** The rows by the probability of one label, from the highest to the lowest. */
export interface ClassRanking {
  readonly order: Uint32Array;
  readonly ends: Uint32Array;
  /** 1 for the label, 0 for the rest; in the order of the ranking. */
  readonly outcomes: Uint8Array;
  readonly probabilities: Float64Array;
  /** Room for weights in the order of the ranking. */
  readonly scratch: Float64Array;
}

/** Ranks the rows by the probability of the label with this code. */
export function rankClass(
  codes: Uint32Array,
  probabilities: Float64Array,
  code: number,
): ClassRanking {
  const classes = probabilities.length / codes.length;
  const own = new Float64Array(codes.length);
  for (let row = 0; row < own.length; row++) own[row] = probabilities[row * classes + code]!;
  const { order, ends } = rankRows(own);
  return {
    order,
    ends,
    outcomes: Uint8Array.from(order, (row) => (codes[row] === code ? 1 : 0)),
    probabilities: Float64Array.from(order, (row) => own[row]!),
    scratch: new Float64Array(order.length),
  };
}

/** Measures the ranking of rows with these weights, which are in the order of the rows. */
export function measureClass(
  { order, ends, outcomes, scratch }: ClassRanking,
  weights: Float64Array,
  measures: RankingMeasures,
): void {
  for (let k = 0; k < order.length; k++) scratch[k] = weights[order[k]!]!;
  measureRanking(outcomes, scratch, ends, measures);
}
