/** A training table whose values are replaced by the bins that they fall into, for growing trees. */
export interface BinnedTable {
  readonly rows: number;
  readonly columns: readonly BinnedColumn[];
}

/** One column in bins. A value is in bin k when k cuts are not above it; `bins` stands for a missing one. */
export interface BinnedColumn {
  /** Numbers: ascending, the last one above all values. Categories: the codes 0, 1, ... */
  readonly cuts: Float32Array;
  readonly isCategory: boolean;
  /** How many bins there are, that of missing values not counted. */
  readonly bins: number;
  readonly hasMissing: boolean;
  /** The bin of each row; one byte while `bins`, and the code for missing where there is any, fit into it. */
  readonly codes: Uint8Array | Uint16Array;
}
