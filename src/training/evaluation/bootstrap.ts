// What: measures of rows that are drawn again and again from those at hand, for the spread of the measures.
// Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 13; strata are drawn each on its own.
// Complexity: O(draws * n), plus what measuring takes; a draw is a weight per row, so that no row is copied or sorted again.
// Invariant: a draw has as many rows of each stratum as there are; the same seed draws the same rows.
import type { Random } from '../../core/index.ts';

/** What is drawn, and what is measured of it. */
export interface Resampling {
  /** Rows that are drawn from among themselves. */
  readonly strata: readonly Uint32Array[];
  /** Of all rows. */
  readonly weights: Float64Array;
  readonly draws: number;
  readonly random: Random;
  /** How many measures there are. */
  readonly measures: number;
  /** Writes the measures of rows with these weights; NaN for one that they do not define. */
  readonly measure: (weights: Float64Array, measures: Float64Array) => void;
}

/** Measures many draws: one list per measure, one value per draw. */
export function measureDraws(resampling: Resampling): readonly Float64Array[] {
  const { strata, weights, draws, random, measures, measure } = resampling;
  const found = Array.from({ length: measures }, () => new Float64Array(draws));
  const drawn = new Float64Array(weights.length);
  const measured = new Float64Array(measures);
  for (let draw = 0; draw < draws; draw++) {
    drawn.fill(0);
    for (const rows of strata) {
      for (let k = 0; k < rows.length; k++) {
        const row = rows[Math.floor(random() * rows.length)]!;
        drawn[row]! += weights[row]!;
      }
    }
    measure(drawn, measured);
    for (let k = 0; k < measures; k++) found[k]![draw] = measured[k]!;
  }
  return found;
}
