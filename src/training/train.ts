import { SpillwayError } from '../core/index.ts';
import { type TrainingPlace, trainApart } from './apart/train-apart.ts';
import type { BoostingOptions, TrainedBooster } from './boosting/train-boosting.ts';
import type { ForestTraining, TrainedForest } from './forest/train-forest.ts';
import type { LogisticFit, RegressionFit } from './linear/linear-fit.ts';
import type { LinearTraining } from './linear/train-linear.ts';
import type { LogisticTraining } from './linear/train-logistic.ts';

/**
 * Trains gradient-boosted trees: the same trees as XGBoost 3.4.1 with `tree_method` `hist`, where nothing is drawn at
 * random. With a loss of your own it trains in the caller's thread, where that is.
 * @throws SpillwayError `INVALID_CONFIG` for parameters, `INVALID_DATA` for tables, labels and weights, with all faults;
 * `CANCELLED`.
 */
export function trainBoosting(options: BoostingOptions & TrainingPlace): Promise<TrainedBooster> {
  const isCode = options.customObjective !== undefined;
  if (isCode && options.inline === false) {
    return Promise.reject(
      new SpillwayError(
        'INVALID_OPTION',
        'a loss of your own is code of this thread: leave out inline',
      ),
    );
  }
  const inline = options.inline ?? isCode;
  return trainApart('boosting', { ...options, inline });
}

/**
 * Trains a random forest: trees grown on rows drawn with replacement, with columns drawn at each split, whose class shares
 * or mean targets are averaged. The same data, parameters and seed give the same forest, bit for bit.
 * @throws SpillwayError `INVALID_CONFIG` for parameters, `INVALID_DATA` for tables, labels and weights, with all faults;
 * `CANCELLED`.
 */
export function trainForest(options: ForestTraining & TrainingPlace): Promise<TrainedForest> {
  return trainApart('forest', options);
}

/**
 * Fits a logistic regression of two or more classes, with scikit-learn's coefficients and statsmodels' standard errors.
 * @throws SpillwayError `INVALID_CONFIG` for parameters, `INVALID_DATA` for tables, labels and weights, with all faults;
 * `CANCELLED`.
 */
export function trainLogistic(options: LogisticTraining & TrainingPlace): Promise<LogisticFit> {
  return trainApart('logistic', options);
}

/**
 * Fits a linear regression by least squares, with or without a penalty.
 * @throws SpillwayError `INVALID_CONFIG` for parameters, `INVALID_DATA` for tables, labels and weights, with all faults;
 * `CANCELLED`.
 */
export function trainLinear(options: LinearTraining & TrainingPlace): Promise<RegressionFit> {
  return trainApart('linear', options);
}
