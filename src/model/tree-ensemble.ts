/**
 * How a margin becomes what people read.
 * `logistic`, `softmax`, `exponential`: the inverse links; `identity`: the margin is the answer;
 * `probability`: the trees already answer probabilities and there is no margin;
 * `one-vs-rest`: one logistic per label, normalised to sum to 1; `hinge`: 1 above zero, else 0;
 * `ascending`: the margins, the lowest first, for quantiles that must not cross.
 */
export type Link =
  | 'identity'
  | 'logistic'
  | 'softmax'
  | 'exponential'
  | 'probability'
  | 'one-vs-rest'
  | 'hinge'
  | 'ascending';

/**
 * Decision trees that are added up, as parallel arrays over all nodes of all trees.
 * Frozen by `createTreeEnsemble`; readers never build it by hand.
 *
 * The nodes of a tree stand in preorder: the left child of an inner node n is n + 1.
 * A node n with `left[n] === -1` is a leaf and answers `leafSize` values from `value[n * leafSize]`.
 * An inner node looks at `x = row[column[n]]`: a missing x (NaN) goes left when `missingLeft[n]` is 1, any other x goes
 * left when `x < threshold[n]`. With `float32` arithmetic x is rounded to float32 first and sums are rounded after
 * each addition, in tree order, as XGBoost does.
 */
export interface TreeEnsemble {
  readonly kind: 'tree-ensemble';
  /** Names of the inputs, in order. */
  readonly columns: readonly string[];
  readonly outputs: number;
  /** 1: each tree adds to the one output `treeOutput[t]`; else equal to `outputs`. */
  readonly leafSize: number;
  readonly arithmetic: 'float32' | 'float64';
  /** What each output starts from, before any tree. */
  readonly base: Float64Array;
  /** Each sum is divided by this at the end: the number of trees for an averaged forest, else 1. */
  readonly divisor: number;
  readonly link: Link;
  /** Index of the root node of each tree. */
  readonly roots: Int32Array;
  readonly treeOutput: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLeft: Uint8Array;
  readonly value: Float64Array;
  /** Training weight that reached each node, for path-dependent explanations; `null` when the file has none. */
  readonly cover: Float64Array | null;
}
