export type { Decision, RiskCategory, ServedBy } from './decision.ts';
export type {
  AttributionUnits,
  Explanation,
  ExplanationMethod,
  ReasonCode,
} from './explanation.ts';
export type { Category, Feature, FeatureSchema, Row } from './feature-schema.ts';
export type { LinearModel } from './linear-model.ts';
export type { Model } from './model.ts';
export { type ModelCard, parseModelCard } from './model-card.ts';
export type { Column, ColumnSource, Pipeline } from './pipeline.ts';
export type { Label, Prediction, Task } from './prediction.ts';
export { createRowReader, type RowReader, type RowReaderOptions } from './row-reader.ts';
export type { Rule, RuleCondition } from './rules.ts';
export type { Link, TreeEnsemble } from './tree-ensemble.ts';
export {
  createTreeEnsemble,
  type TreeEnsembleInput,
  type TreeInput,
} from './tree-ensemble-builder.ts';
