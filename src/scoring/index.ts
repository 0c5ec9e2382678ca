export type { Answerer } from './answerer.ts';
export { createBatchScorer } from './batch-scorer.ts';
export { type ComparedAnswer, type ComparedError, type Comparison, compare } from './compare.ts';
export { type DecisionRequest, decide } from './decide.ts';
export { inspectVersion, type ModelReport, type VersionReport } from './inspect-version.ts';
export { buildModel, type ReadModelOptions, readModel } from './read-model.ts';
export { RowText } from './row-text.ts';
export { createRuleAnswerer } from './rule-answerer.ts';
export {
  type BreakerSettings,
  createServingVersion,
  type ModelFailure,
  type ServingVersion,
} from './serving-version.ts';
export { createSnapshot, type Snapshot } from './snapshot.ts';
