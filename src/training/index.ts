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
export type {
  BinaryConfusion,
  BinaryEvaluation,
  BinaryEvaluationOptions,
  BinaryMetrics,
  CalibrationBin,
  LiftBand,
  PrecisionRecallPoint,
  RocPoint,
  ScoreBin,
} from './evaluation/binary-evaluation.ts';
export { evaluateBinary } from './evaluation/evaluate-binary.ts';
export { evaluateMulticlass } from './evaluation/evaluate-multiclass.ts';
export { evaluateRegression } from './evaluation/evaluate-regression.ts';
export type { BootstrapOptions, IntervalMethod, Metric } from './evaluation/metric.ts';
export type {
  ClassEvaluation,
  MulticlassEvaluation,
  MulticlassEvaluationOptions,
  MulticlassMetrics,
} from './evaluation/multiclass-evaluation.ts';
export type {
  PredictionBand,
  RegressionEvaluation,
  RegressionEvaluationOptions,
  RegressionMetrics,
  ResidualBin,
  Spread,
} from './evaluation/regression-evaluation.ts';
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
