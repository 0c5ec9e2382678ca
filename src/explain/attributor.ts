import type { ExplanationMethod } from '../model/index.ts';

/** One way to attribute a model's score to its columns. Vectors over columns and outputs have output k of column c at `c * outputs + k`. */
export interface Attributor {
  readonly method: ExplanationMethod;
  /** The score of a row of which nothing is known, per output. */
  readonly base: Float64Array;
  /** Overwrites `attributions` with those of a row of columns. Allocates nothing; not to be called from within itself. */
  attribute(row: Float64Array, attributions: Float64Array): void;
  /** Overwrites `scores` with the row's score per output in float64, computed without the attributions. */
  score(row: Float64Array, scores: Float64Array): void;
}
