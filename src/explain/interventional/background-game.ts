/**
 * A model's scores of the rows of a background, and the attribution of another row's score against each of them.
 * What is attributed to are players: each column belongs to one, and the columns of a player change sides together.
 * Vectors over players and outputs have output k of player p at `p * outputs + k`.
 */
export interface BackgroundGame {
  readonly outputs: number;
  /** `[background row][output]`, in float64. */
  readonly backgroundScores: Float64Array;
  /** Overwrites `scores` with a row's score per output, in float64. */
  score(row: Float64Array, scores: Float64Array): void;
  /**
   * Adds to `into` the attributions against each background row times its weight of the output, `[background row][output]`;
   * `null` is the mean over the background. Allocates nothing.
   */
  attribute(row: Float64Array, weights: Float64Array | null, into: Float64Array): void;
}

/** What a game is played with. */
export interface GameSetting {
  /** The background: one row of the model's columns after the other. */
  readonly rows: Float64Array;
  readonly count: number;
  /** Of each column its player. */
  readonly players: Int32Array;
  /** Whether `attribute` will be given weights, or `null` always, which can be prepared better. */
  readonly isWeighed: boolean;
}
