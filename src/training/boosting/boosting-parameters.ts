import type { ObjectiveName } from './objectives/create-objective.ts';

/**
 * How a booster is trained, in XGBoost's own names, meanings and defaults. A name may be given by its other name too
 * (`eta` or `learning_rate`), but not by both; a name that is not here is refused.
 */
export interface BoostingParameters {
  /** What is learned. @default 'reg:squarederror' */
  readonly objective?: ObjectiveName;
  /** Rounds of boosting, 1 to 1,000,000. @default 100 */
  readonly num_boost_round?: number;
  /** The same by the name of XGBoost's scikit-learn interface. */
  readonly n_estimators?: number;
  /** How much of each tree is added, 0 to 1. @default 0.3 */
  readonly eta?: number;
  readonly learning_rate?: number;
  /** Depth of a tree at most, 0 (no limit, then `max_leaves` is needed) to 30, or more with `max_leaves`. @default 6 */
  readonly max_depth?: number;
  /** Leaves of a tree at most; 0 is no limit. @default 0 */
  readonly max_leaves?: number;
  /** Which node is split next: the one nearest to the root, or the one that gains most. @default 'depthwise' */
  readonly grow_policy?: 'depthwise' | 'lossguide';
  /** L2 regularization of leaves. @default 1 */
  readonly lambda?: number;
  readonly reg_lambda?: number;
  /** L1 regularization of leaves. @default 0 */
  readonly alpha?: number;
  readonly reg_alpha?: number;
  /** What a split must gain at least. @default 0 */
  readonly gamma?: number;
  readonly min_split_loss?: number;
  /** Sum of the hessians that a child needs. @default 1 */
  readonly min_child_weight?: number;
  /** A leaf's greatest answer before `eta`; 0 is no limit. @default 0, for count:poisson 0.7 */
  readonly max_delta_step?: number;
  /** Bins of a column of numbers at most, 2 to 65,535. @default 256 */
  readonly max_bin?: number;
  /** Share of the rows that each tree is grown from, above 0 to 1. @default 1 */
  readonly subsample?: number;
  /** Share of the columns of each tree, above 0 to 1. @default 1 */
  readonly colsample_bytree?: number;
  /** Share of them of each depth. @default 1 */
  readonly colsample_bylevel?: number;
  /** Share of them of each node. @default 1 */
  readonly colsample_bynode?: number;
  /** How much rows of label 1 count, for logistic objectives. @default 1 */
  readonly scale_pos_weight?: number;
  /** 1 rising, -1 falling, 0 either: in column order, as text `"(1,0,-1)"`, or by column name. @default none */
  readonly monotone_constraints?: readonly number[] | string | Readonly<Record<string, number>>;
  /** Below so many categories each is split off alone, from 1. @default 4 */
  readonly max_cat_to_onehot?: number;
  /** How many categories a split may try from each end, from 1. @default 64 */
  readonly max_cat_threshold?: number;
  /** Stop when the last metric did not get better for so many rounds. @default never */
  readonly early_stopping_rounds?: number;
  /** What is watched; the last one decides when to stop. @default that of the objective */
  readonly eval_metric?: string | readonly string[];
  /** An integer: the same one gives the same booster. @default 0 */
  readonly seed?: number;
  readonly random_state?: number;
  /** Where to start, on the scale of the answers; one per output, or one for all. @default found from the labels */
  readonly base_score?: number | readonly number[];
  /** Classes, from 2, for multi:softprob and multi:softmax, which need it. */
  readonly num_class?: number;
  /** Quantiles from 0 to 1, ascending, for reg:quantileerror, which needs it. */
  readonly quantile_alpha?: number | readonly number[];
  /** From 1 to below 2, for reg:tweedie. @default 1.5 */
  readonly tweedie_variance_power?: number;
  /** Trees of each round and output, which share `eta`. @default 1 */
  readonly num_parallel_tree?: number;
  /** The only tree method that is here; as with XGBoost `auto` means it too. */
  readonly tree_method?: 'hist' | 'auto';
  /** The only kind of booster that is here. */
  readonly booster?: 'gbtree';
}
