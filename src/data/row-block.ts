/** Some rows of an input in order, as numbers for a batch of predictions. */
export interface RowBlock {
  /** The number of rows, at least 1. */
  readonly count: number;
  /** `count` x features, row after row in schema order: categories as their codes, missing values as NaN. */
  readonly values: Float64Array;
  /** One per row, when an id column was asked for. */
  readonly ids: readonly string[] | null;
  /** The line on which the first row starts, from 1. */
  readonly firstLine: number;
}
