export type { BoostingParameters } from './boosting/boosting-parameters.ts';
export type { CustomObjective } from './boosting/custom-objective.ts';
export {
  type BoostingEngine,
  type BoostingOptions,
  type BoostingProgress,
  referenceEngine,
  type TrainedBooster,
  trainBoosting,
} from './boosting/train-boosting.ts';
export type { TrainingColumn, TrainingTable } from './training-table.ts';
export { createFastEngine, type FastEngine } from './trees/fast-engine.ts';
export type { FastGrowerOptions } from './trees/fast-grower.ts';
export {
  type LogisticFit,
  type RegressionFit,
} from './linear/linear-fit.ts';
export type { LinearParameters } from './linear/linear-parameters.ts';
export type { LogisticParameters } from './linear/logistic-parameters.ts';
export { toLinearModel } from './linear/to-linear-model.ts';
export { type LinearTraining, trainLinear } from './linear/train-linear.ts';
export { type LogisticTraining, trainLogistic } from './linear/train-logistic.ts';
export type { TrainingColumn, TrainingTable } from './training-table.ts';
