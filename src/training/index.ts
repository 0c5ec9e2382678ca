export { type Algorithm } from './algorithms/algorithm.ts';
export { algorithms } from './algorithms/algorithms.ts';
export { taskOfObjective } from './algorithms/boosting.ts';
export type { TrainingPlace } from './apart/train-apart.ts';
export type { BoostingParameters } from './boosting/boosting-parameters.ts';
export type { CustomObjective } from './boosting/custom-objective.ts';
export type { Margins } from './boosting/objectives/boosting-objective.ts';
export type { ObjectiveName } from './boosting/objectives/create-objective.ts';
export type {
  BoostingOptions,
  BoostingProgress,
  TrainedBooster,
} from './boosting/train-boosting.ts';
export type { MetricHistory } from './boosting/watch-metrics.ts';
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
export type { ForestParameters } from './forest/forest-parameters.ts';
export type { ForestTree } from './forest/forest-tree.ts';
export type { OutOfBag } from './forest/predict-out-of-bag.ts';
export type { ForestTraining, TrainedForest } from './forest/train-forest.ts';
export type { CoefficientTests, PerCoefficient } from './linear/coefficient-tests.ts';
export type { PenaltyName } from './linear/elastic-net.ts';
export type { LinearFit, LogisticFit, RegressionFit } from './linear/linear-fit.ts';
export type { LinearParameters } from './linear/linear-parameters.ts';
export type { LogisticParameters } from './linear/logistic-parameters.ts';
export type { LinearTraining } from './linear/train-linear.ts';
export type { LogisticTraining } from './linear/train-logistic.ts';
export { writeLinearModel, writeOnnxModel } from './linear/write-linear-fit.ts';
export { describeTraining } from './report/describe-training.ts';
export { reportFiles } from './report/report-files.ts';
export { listMetrics } from './report/report-tables.ts';
export { checkStatedCard } from './run/check-stated-card.ts';
export { parseTrainConfig } from './run/parse-train-config.ts';
export type { TrainConfig } from './run/train-config.ts';
export { type TrainedVersion, trainVersion } from './run/train-version.ts';
export type { TrainVersionOptions, Validation } from './run/train-version-options.ts';
export { versionFiles } from './run/version-files.ts';
export { checkPlace, writeVersion } from './run/write-version.ts';
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
export type { ChosenTarget } from './table/choose-target.ts';
export { type InferredData, inferTrainingData } from './table/infer-training-data.ts';
export {
  readTrainingData,
  type TrainingData,
} from './table/read-training-data.ts';
export {
  type LabeledTable,
  readTrainingTable,
  type TrainingTableOptions,
} from './table/read-training-table.ts';
export { trainBoosting, trainForest, trainLinear, trainLogistic } from './train.ts';
export type { TrainingColumn, TrainingTable } from './training-table.ts';
