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
export type { CalibrationRows } from './evaluation/calibration-rows.ts';
export { chooseThreshold } from './evaluation/choose-threshold.ts';
export { evaluateBinary } from './evaluation/evaluate-binary.ts';
export { evaluateMulticlass } from './evaluation/evaluate-multiclass.ts';
export { evaluateRegression } from './evaluation/evaluate-regression.ts';
export { fitIsotonic } from './evaluation/fit-isotonic.ts';
export { fitSigmoid } from './evaluation/fit-sigmoid.ts';
export type { BootstrapOptions, IntervalMethod, Metric } from './evaluation/metric.ts';
export type {
  ClassEvaluation,
  MulticlassEvaluation,
  MulticlassEvaluationOptions,
  MulticlassMetrics,
} from './evaluation/multiclass-evaluation.ts';
export {
  type ColumnImportance,
  measurePermutationImportance,
  type PermutationImportance,
  type PermutationImportanceOptions,
} from './evaluation/permutation-importance.ts';
export type {
  PredictionBand,
  RegressionEvaluation,
  RegressionEvaluationOptions,
  RegressionMetrics,
  ResidualBin,
  Spread,
} from './evaluation/regression-evaluation.ts';
export type {
  ThresholdAim,
  ThresholdChoice,
  ThresholdOptions,
} from './evaluation/threshold-choice.ts';
export { findLeaks, type Leak, type LeakOptions } from './split/find-leaks.ts';
export { foldRows } from './split/fold-rows.ts';
export type {
  FoldOptions,
  Split,
  SplitOptions,
  SplitResult,
  SplitStrategy,
} from './split/split.ts';
export { splitRows } from './split/split-rows.ts';
