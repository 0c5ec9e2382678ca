/** A resilient multi-model serving gateway for tabular models. */
export { type ErrorCode, type Fault, SpillwayError } from './core/index.ts';
export { createGateway, loadVersions } from './gateway.ts';
export type {
  BreakerChange,
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
export type {
  ComplianceReport,
  Decision,
  Explanation,
  Feature,
  FeatureSchema,
  Label,
  Model,
  ModelCard,
  Prediction,
  ReasonCode,
  RiskCategory,
  Row,
  ServedBy,
  Task,
} from './model/index.ts';
export {
  type Guarded,
  type Monitored,
  type WithCircuitBreakerOptions,
  type WithMonitoringOptions,
  withCircuitBreaker,
  withMonitoring,
} from './patterns.ts';
export type { ModelVersion, VersionState } from './registry/index.ts';
export { type Comparison, type ReadModelOptions, readModel } from './scoring/index.ts';
