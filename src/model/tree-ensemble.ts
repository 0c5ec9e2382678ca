import type { Link } from './link.ts';

/**
 * Decision trees that are added up, as parallel arrays over all nodes of all trees.
 * Frozen by `createTreeEnsemble`; readers never build it by hand.
 *
 * The nodes of a tree stand in preorder: the left child of an inner node n is n + 1.
 * A node n with `left[n] === -1` is a leaf and answers `leafSize` values from `value[n * leafSize]`.
 * An inner node looks at `x = row[column[n]]`, rounded to float32 first when `inputs` says so. A missing x (NaN) goes left
 * when `missingLeft[n]` is 1. Any other x goes left when `x < threshold[n]` (or `<=`, as `comparison` says) or, at a node
 * that looks for categories, when its whole part is one of them.
 * With `float32` arithmetic sums are rounded after each addition, in tree order, as XGBoost does.
 */
export interface TreeEnsemble {
  readonly kind: 'tree-ensemble';
  /** Names of the inputs, in order. */
  readonly columns: readonly string[];
  readonly outputs: number;
  /** 1: each tree adds to the one output `treeOutput[t]`; else equal to `outputs`. */
  readonly leafSize: number;
  /** To what a value is rounded before a node looks at it. */
  readonly inputs: 'float32' | 'float64';
  /** What goes left: values below the threshold, or at most the threshold. */
  readonly comparison: '<' | '<=';
  /** To what sums, and the link's answers, are rounded. */
  readonly arithmetic: 'float32' | 'float64';
  /** What each output starts from, before any tree. */
  readonly base: Float64Array;
  /** Each sum is divided by this at the end: the number of trees for an averaged forest, else 1. */
  readonly divisor: number;
  /** What is added to each output last, after the division. */
  readonly offset: Float64Array;
  readonly link: Link;
  /** By what a score is multiplied on its way into a logistic link; 1 for any other. */
  readonly slope: number;
  /** Index of the root node of each tree. */
  readonly roots: Int32Array;
  readonly treeOutput: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly column: Int32Array;
  /** May be infinite, and is never NaN. */
  readonly threshold: Float64Array;
  readonly missingLeft: Uint8Array;
  readonly value: Float64Array;
  /** Training weight that reached each node, for path-dependent explanations; `null` when the file has none. */
  readonly cover: Float64Array | null;
  /** The nodes that look for categories; `null` when none does. */
  readonly categorical: CategoricalNodes | null;
  /** Leaves that answer a weighted sum of the row; `null` when none does. */
  readonly linearLeaves: LinearLeaves | null;
}

/** Which nodes look for categories, and for which. */
export interface CategoricalNodes {
  /** Of each node: how many categories go left, -1 for a node that compares with its threshold. */
  readonly count: Int32Array;
  /** Of each node: where its categories begin in `categories`. */
  readonly start: Int32Array;
  /** Category codes, ascending within each node. A number below 0, or beyond them, is in none. */
  readonly categories: Int32Array;
}

/**
 * Leaves that answer `constant[n] + sum of coefficient * x` over their terms, in float64 and in their order; when an x of
 * a term is missing, the leaf answers its `value`. Only with `leafSize` 1.
 */
export interface LinearLeaves {
  /** Of each node: how many terms it has, -1 for a leaf that answers its `value` only. */
  readonly count: Int32Array;
  /** Of each node: where its terms begin. */
  readonly start: Int32Array;
  readonly constant: Float64Array;
  /** Of each term: the column and its coefficient. */
  readonly column: Int32Array;
  readonly coefficient: Float64Array;
}
