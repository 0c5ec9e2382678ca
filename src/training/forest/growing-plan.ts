import type { BinnedTable } from '../trees/binned-table.ts';

/** What a split is judged by: how mixed the classes, or how spread the targets, of its two sides are. */
export type Criterion = 'gini' | 'entropy' | 'squared_error';

/** What all trees of a forest are grown by. */
export interface GrowingPlan {
  readonly table: BinnedTable;
  readonly criterion: Criterion;
  /** How many classes there are; 0 for a regression. */
  readonly classes: number;
  /** Regression: the target of each row of the table, to see where all are equal; else empty. */
  readonly values: Float64Array;
  /** How many columns are tried for the split of a node; more while none of them varies there. */
  readonly columnsPerSplit: number;
  /** Infinity: no limit. */
  readonly maxDepth: number;
  /** Different rows that a node needs to be split. */
  readonly minRowsToSplit: number;
  /** Different rows that each side of a split needs. */
  readonly minRowsInLeaf: number;
  /** Share of the tree's weight that each side of a split needs, 0..0.5. */
  readonly minWeightInLeaf: number;
  /** Least that a split must lower the impurity of the tree. */
  readonly minDecrease: number;
  /** Leaves of a tree that grows best split first; `null`: no limit, and depth first. */
  readonly maxLeaves: number | null;
}

/**
 * What one tree is grown from. Weights and targets are multiples of a power of two so coarse that every sum of them is
 * exact, in whichever order it is taken.
 */
export interface TreeSample {
  /** The rows that count, ascending. */
  readonly rows: Uint32Array;
  /** Of each of `rows`, above 0. */
  readonly weights: Float64Array;
  /** Classification: the class of each of `rows`. Regression: weight * (target - centre) of each. */
  readonly targets: Uint32Array | Float64Array;
  /** Where the stream of drawn columns begins; not changed. */
  readonly draws: Int32Array;
}
