export type { Background } from './background.ts';
export { calibrate } from './calibrate.ts';
export type {
  CalibratedMember,
  CalibratedModel,
  Calibration,
  Calibrator,
} from './calibrated-model.ts';
export { checkPrediction } from './check-prediction.ts';
export { addColumnSteps } from './column-steps.ts';
export type { ComplianceReport } from './compliance-report.ts';
export type { Counterfactual, CounterfactualSearch, FeatureChange } from './counterfactual.ts';
export type { Decision, RiskCategory } from './decision.ts';
export type {
  AttributionUnits,
  Explanation,
  ExplanationMethod,
  LimeFit,
  ReasonCode,
} from './explanation.ts';
export { featureFields } from './feature-fields.ts';
export type {
  Category,
  Changeable,
  Feature,
  FeatureReason,
  FeatureSchema,
  Row,
} from './feature-schema.ts';
export type { FeatureStep, FeatureSteps } from './feature-steps.ts';
export { invalidRow } from './invalid-row.ts';
export { joinSteps, moveStep, sourcesOf } from './join-steps.ts';
export type { LinearModel } from './linear-model.ts';
export type { Link } from './link.ts';
export type { Model, PipelineModel } from './model.ts';
export {
  type CardColumn,
  type CardCompliance,
  type CardExplanation,
  type CardFile,
  type CardGoldenRows,
  type CardServing,
  defaultExplanation,
  defaultRiskThresholds,
  type ModelCard,
  servingRanges,
} from './model-card.ts';
export { parseModelCard } from './parse-model-card.ts';
export { parseWithSchema } from './parse-with-schema.ts';
export type { Pipeline } from './pipeline.ts';
export type { Label, Prediction, Task } from './prediction.ts';
export type { Predict, Predictor } from './predictor.ts';
export { readBackground } from './read-background.ts';
export { createRowReader, type RowReaderOptions } from './row-reader.ts';
export { createRowTextReader } from './row-text-reader.ts';
export type { Rule, RuleCondition } from './rules.ts';
export type { ServedBy } from './served-by.ts';
export type { CategoricalNodes, LinearLeaves, TreeEnsemble } from './tree-ensemble.ts';
export {
  createTreeEnsemble,
  type LinearLeafInput,
  type TreeEnsembleInput,
  type TreeInput,
} from './tree-ensemble-builder.ts';
