import type { StatedFeature } from '../../data/index.ts';
import type { Label, Task } from '../../model/index.ts';
import type { Parameters } from '../algorithms/algorithm.ts';
import type { SplitMethod } from './divide-rows.ts';
import type { ThresholdRule } from './threshold-rule.ts';

/** What `train.json` says, checked, with defaults. */
export interface TrainConfig {
  readonly target?: string | undefined;
  readonly algorithm?: 'boosting' | 'forest' | 'logistic' | 'linear' | 'all' | undefined;
  /** @default what the values of the target and the algorithm say */
  readonly task?: Task | undefined;
  /** Binary: the label whose probability is answered. */
  readonly positive?: Label | undefined;
  /** Columns that are no features. */
  readonly ignore: readonly string[];
  /** The column that says how much a row counts. */
  readonly weight?: string | undefined;
  /** A share, `"5-fold"`, a file, or `"none"`. */
  readonly validation?: number | string | undefined;
  readonly split?:
    | { readonly method: SplitMethod; readonly column?: string | undefined }
    | undefined;
  /** Share of the rows to learn from that decide when to stop. @default 0.15 */
  readonly stopping_share?: number | undefined;
  readonly seed?: number | undefined;
  /** Boosting: threads to train on. @default 1 */
  readonly threads?: number | undefined;
  /** A column of texts with more different ones is left out. @default 1000 */
  readonly max_categories: number;
  /** Rows of the data that are put beside the model for explanations against a background. @default 100 */
  readonly background_rows: number;
  /** In XGBoost's names. */
  readonly boosting: Parameters;
  /** In scikit-learn's names, as the next two. */
  readonly forest: Parameters;
  readonly logistic: Parameters;
  readonly linear: Parameters;
  /** Binary: how scores become probabilities. @default 'none' */
  readonly calibration: 'none' | 'sigmoid' | 'isotonic';
  /** Binary: from which probability the positive label is predicted. @default 0.5 */
  readonly threshold?: ThresholdRule | undefined;
  /** What is known of features better than their values tell. */
  readonly schema: readonly StatedFeature[];
  readonly card: StatedCard;
}

/** What the owner says in the card. Fields without a type here are checked with the whole card. */
export interface StatedCard {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly intended_use?: string | undefined;
  readonly weight?: number | undefined;
  readonly risk_thresholds?: { readonly high: number; readonly medium: number } | undefined;
  readonly explain?: unknown;
  readonly serving?: unknown;
  readonly compliance?: unknown;
  readonly rules?: unknown;
}
