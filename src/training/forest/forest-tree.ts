/**
 * One tree of a forest with all that was counted while it grew, as parallel arrays: node 0 is the root, children are numbered
 * when their parent is split, the right one after the left one.
 */
export interface ForestTree {
  /** Left child of each node, -1 for a leaf; the right child is the next number. */
  readonly left: Int32Array;
  /** The column that an inner node looks at, -1 for a leaf. */
  readonly column: Int32Array;
  /** Inner nodes that compare: the last bin that goes left; else 0. */
  readonly lastLeft: Int32Array;
  readonly missingLeft: Uint8Array;
  /** The categories that go left at an inner node, ascending; `null` where bins are compared, and for leaves. */
  readonly categories: readonly (Int32Array | null)[];
  /** How much the split of a node lowers the impurity of the whole tree; 0 for a leaf. */
  readonly decrease: Float64Array;
  /** Weight of the sampled rows that reached each node, their multiplicity included. */
  readonly weight: Float64Array;
  /** How many different rows reached each node. */
  readonly rows: Uint32Array;
  /** Classification: the weight of each class, class by class for each node. Regression: the sum of weight * (target - centre). */
  readonly sums: Float64Array;
}
