import {
  type BoostingOptions,
  type TrainedBooster,
  trainBoosting,
} from '../boosting/train-boosting.ts';
import { type ForestTraining, type TrainedForest, trainForest } from '../forest/train-forest.ts';
import type { LogisticFit, RegressionFit } from '../linear/linear-fit.ts';
import { type LinearTraining, trainLinear } from '../linear/train-linear.ts';
import { type LogisticTraining, trainLogistic } from '../linear/train-logistic.ts';

/** What each kind of training takes and gives. */
export interface Trainings {
  readonly boosting: { readonly takes: BoostingOptions; readonly gives: TrainedBooster };
  readonly forest: { readonly takes: ForestTraining; readonly gives: TrainedForest };
  readonly logistic: { readonly takes: LogisticTraining; readonly gives: LogisticFit };
  readonly linear: { readonly takes: LinearTraining; readonly gives: RegressionFit };
}

/** The names of all their options. */
export const optionNames: {
  readonly [Kind in keyof Trainings]: Readonly<Record<keyof Trainings[Kind]['takes'], true>>;
} = {
  boosting: {
    table: true,
    labels: true,
    weights: true,
    parameters: true,
    validation: true,
    watchTraining: true,
    customObjective: true,
    onRound: true,
    signal: true,
    threads: true,
  },
  forest: {
    table: true,
    labels: true,
    weights: true,
    task: true,
    parameters: true,
    onTree: true,
    signal: true,
  },
  logistic: { table: true, labels: true, weights: true, parameters: true, signal: true },
  linear: { table: true, labels: true, weights: true, parameters: true, signal: true },
};

/** The trainings in the thread that calls them. */
export const trainings: {
  readonly [Kind in keyof Trainings]: (
    options: Trainings[Kind]['takes'],
  ) => Promise<Trainings[Kind]['gives']>;
} = {
  boosting: trainBoosting,
  forest: trainForest,
  logistic: trainLogistic,
  linear: trainLinear,
};
