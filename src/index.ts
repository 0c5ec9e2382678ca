/** A resilient multi-model serving gateway for tabular models. */
export {
  type Clock,
  type ErrorCode,
  type Fault,
  type Random,
  SpillwayError,
  type SpillwayErrorOptions,
} from './core/index.ts';
export { createGateway, loadVersions } from './gateway.ts';
export type {
  BreakerChange,
  CompareOptions,
  DecideOptions,
  DecisionFailure,
  Gateway,
  GatewayEvents,
  GatewayOptions,
  GatewayStatus,
  PredictOptions,
  VersionInput,
  VersionStatus,
} from './gateway-contract.ts';
export {
  createParallelScorer,
  type ParallelScorer,
  type ParallelScorerOptions,
} from './inference/index.ts';
export type {
  AttributionUnits,
  CalibratedMember,
  CalibratedModel,
  Calibration,
  Calibrator,
  CardColumn,
  CardFile,
  CategoricalNodes,
  Category,
  ComplianceReport,
  Decision,
  Explanation,
  ExplanationMethod,
  Feature,
  FeatureSchema,
  FeatureStep,
  FeatureSteps,
  Label,
  LinearLeaves,
  LinearModel,
  Link,
  Model,
  ModelCard,
  Pipeline,
  PipelineModel,
  Prediction,
  ReasonCode,
  RiskCategory,
  Row,
  Rule,
  RuleCondition,
  ServedBy,
  Task,
  TreeEnsemble,
} from './model/index.ts';
export type { DecisionRoute, HttpMetrics, HttpRoute, RouteFigures } from './monitoring/index.ts';
export {
  type Guarded,
  type Monitored,
  type WithCircuitBreakerOptions,
  type WithMonitoringOptions,
  withCircuitBreaker,
  withMonitoring,
} from './patterns.ts';
export type { ModelVersion, VersionState } from './registry/index.ts';
export type { BreakerState } from './resilience/index.ts';
export {
  type BreakerSettings,
  type ComparedAnswer,
  type ComparedError,
  type Comparison,
  type ModelFailure,
  type ReadModelOptions,
  type RowText,
  readModel,
} from './scoring/index.ts';
