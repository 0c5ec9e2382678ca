/**
 * A measure of how well a model predicts, with the range in which it would lie on other rows of the same kind. Of a
 * classification: with the same share of each label.
 */
export interface Metric {
  /** `null` when the rows do not define it; `reason` then says why. */
  readonly value: number | null;
  /** Lower end of the 95 % interval; `null` when there is none. */
  readonly low: number | null;
  /** Upper end of the 95 % interval; `null` when there is none. */
  readonly high: number | null;
  /** How the interval was found; `null` when there is none. */
  readonly method: IntervalMethod | null;
  /** Why there is no value, or no interval; `null` when there are both. */
  readonly reason: string | null;
}

/**
 * How the interval of a metric was found. `delong`: the normal distribution with DeLong's variance; `delong-logit`: the
 * same on the scale of log-odds, for an area near 1 or few rows of a class; `disjoint-pairs`: the bound that as many
 * pairs in the right order allow as can be formed without using a row twice, for an area of exactly 0 or 1; `wilson`:
 * Wilson's formula, for a share of rows that is exactly 0 or 1; `bootstrap`: percentiles over rows drawn again, class by
 * class; `bootstrap-basic`: the same, mirrored at the value, which is in it, for a measure that drawing again pushes
 * upwards.
 */
export type IntervalMethod =
  | 'delong'
  | 'delong-logit'
  | 'disjoint-pairs'
  | 'wilson'
  | 'bootstrap'
  | 'bootstrap-basic';

/** How the intervals are drawn that have no formula. */
export interface BootstrapOptions {
  /** How often the rows are drawn again; 0 for no such intervals, else at least 100. @default 1000 */
  readonly draws?: number | undefined;
  /** Seed of the draws, an integer. @default 0 */
  readonly seed?: number | undefined;
}
