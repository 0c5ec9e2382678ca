import type { BinaryConfusion } from './binary-evaluation.ts';
import type { BootstrapOptions } from './metric.ts';

/** What a threshold is chosen for. */
export type ThresholdAim =
  /** The least cost, in any unit: of a negative row predicted positive, and of a positive one that is missed. */
  | { readonly kind: 'cost'; readonly falsePositive: number; readonly falseNegative: number }
  /** The highest F1. */
  | { readonly kind: 'f1' }
  /** The largest difference of true and false positive rate (Youden, 1950). */
  | { readonly kind: 'youden' }
  /** The highest recall with a precision of at least this, above 0 and up to 1. */
  | { readonly kind: 'precision'; readonly atLeast: number }
  /** The highest precision with a recall of at least this, above 0 and up to 1. */
  | { readonly kind: 'recall'; readonly atLeast: number };

/** What a choice of threshold looks at. The rows are ones that the model was not trained on. */
export interface ThresholdOptions {
  /** One per row: 1 for the positive label, 0 for the negative one. */
  readonly labels: ArrayLike<number>;
  /** Of the positive label, 0 to 1, one per row. */
  readonly probabilities: ArrayLike<number>;
  /** How much each row counts, finite and not negative. @default 1 each */
  readonly weights?: ArrayLike<number> | undefined;
  readonly aim: ThresholdAim;
  readonly bootstrap?: BootstrapOptions | undefined;
}

/** A threshold, and how sure it is; plain data. */
export interface ThresholdChoice {
  readonly aim: ThresholdAim;
  /** The positive label is predicted from this probability on. One of the rows' own; 1 when no row should be predicted positive. `null` when no threshold reaches the aim. */
  readonly threshold: number | null;
  /** The middle 95 % of the thresholds that rows drawn again would choose; `null` when there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** What is gained at the threshold: mean cost per row, F1, difference of rates, recall or precision. */
  readonly achieved: number | null;
  /** `cost` only: the threshold that would be best if the probabilities were exact. */
  readonly exact: number | null;
  readonly confusion: BinaryConfusion | null;
  readonly bootstrap: { readonly draws: number; readonly seed: number };
}
