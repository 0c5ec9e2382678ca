import type { BoosterTree } from '../../formats/index.ts';

/** Grows the trees of a booster on one binned table, one after the other. */
export interface TreeGrower {
  /** Grows a tree and adds what its leaves answer to the margins of all rows, sampled or not. */
  grow(round: GrowingRound): BoosterTree;
  /** Ends threads, if there are any. */
  close(): void;
}

/** What one tree is grown from. */
export interface GrowingRound {
  /**
   * First and second derivative of the loss, one per row, float32 as XGBoost has them. The grower rounds them to a grid on
   * which sums are exact, so that no order of additions makes a difference.
   */
  readonly gradients: Float32Array;
  readonly hessians: Float32Array;
  /** The rows that count, ascending; `null` for all. */
  readonly rows: Uint32Array | null;
  /** The columns that may be split at a node, ascending; asked once per node, parents before children. */
  readonly columnsOf: ColumnSampler;
  /** One per row; each is rounded to float32 after the leaf's answer is added. */
  readonly margins: Float32Array;
}

/** Which columns a node of that depth may be split by. */
export type ColumnSampler = (depth: number) => Uint32Array;

/** How trees grow, in XGBoost's own names and meaning. */
export interface TreeParameters {
  readonly eta: number;
  /** 0: no limit. */
  readonly max_depth: number;
  /** 0: no limit. */
  readonly max_leaves: number;
  readonly grow_policy: 'depthwise' | 'lossguide';
  readonly lambda: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly min_child_weight: number;
  readonly max_delta_step: number;
  /** Of each column: -1, 0 or 1. */
  readonly monotone_constraints: readonly number[];
  readonly max_cat_to_onehot: number;
  readonly max_cat_threshold: number;
}
