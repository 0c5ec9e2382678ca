/** Rows that stand for the training data: what an answer is compared with when it is explained. */
export interface Background {
  /** One row after the other: one number per feature of the schema, categories by their code, NaN = missing. */
  readonly values: Float64Array;
  /** How many rows. */
  readonly count: number;
}
