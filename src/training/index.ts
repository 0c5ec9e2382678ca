export type { CoefficientTests, PerCoefficient } from './linear/coefficient-tests.ts';
export type { LinearFit, LogisticFit, RegressionFit } from './linear/linear-fit.ts';
export type { LinearParameters } from './linear/linear-parameters.ts';
export type { LogisticParameters } from './linear/logistic-parameters.ts';
export { toLinearModel } from './linear/to-linear-model.ts';
export { type LinearTraining, trainLinear } from './linear/train-linear.ts';
export { type LogisticTraining, trainLogistic } from './linear/train-logistic.ts';
export type { TrainingColumn, TrainingTable } from './training-table.ts';
