import type { Category } from '../../model/index.ts';

/** Rows to learn from and rows to measure by; both ascending, and no row is in both. */
export interface Split {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/** How rows are divided. */
export type SplitStrategy =
  /** Each row on its own. */
  | { readonly kind: 'random' }
  /** The same share of each label. */
  | { readonly kind: 'stratified'; readonly labels: ArrayLike<Category> }
  /** Rows of one group stay together: those of one customer, for instance. */
  | { readonly kind: 'group'; readonly groups: ArrayLike<Category> }
  /** The later rows are for validation; equal times stay together. */
  | {
      readonly kind: 'time';
      /** One per row, finite, in any unit. */
      readonly times: ArrayLike<number>;
      /** Training rows are earlier than validation by more than this, in the unit of the times: how long a label takes to be known. @default 0 */
      readonly gap?: number | undefined;
    };

/** What one division into two parts needs to know. */
export interface SplitOptions {
  readonly rows: number;
  readonly strategy: SplitStrategy;
  /** Share of the rows that is for validation, above 0 and below 1. */
  readonly validationShare: number;
  /** Seed of the shuffling, an integer; a division by time does not shuffle. @default 0 */
  readonly seed?: number | undefined;
}

/** What a division into folds needs to know. */
export interface FoldOptions {
  readonly rows: number;
  readonly strategy: SplitStrategy;
  /** 2 or more. By time one more block is made, the earliest, which is only learned from. */
  readonly folds: number;
  /** Seed of the shuffling, an integer; a division by time does not shuffle. @default 0 */
  readonly seed?: number | undefined;
}

/** One or more divisions, and what a reader of the figures should know about them, in sentences. */
export interface SplitResult {
  readonly splits: readonly Split[];
  readonly warnings: readonly string[];
}
