export type { Answerer } from './answerer.ts';
export { type ComparedAnswer, type ComparedError, type Comparison, compare } from './compare.ts';
export { type DecisionRequest, decide } from './decide.ts';
export {
  createFleet,
  createGeneration,
  type Fleet,
  type FleetMember,
  type Generation,
  type Weights,
} from './fleet.ts';
export { inspectVersion, type ModelReport, type VersionReport } from './inspect-version.ts';
export {
  createIsolatedPredictor,
  type IsolatedAnswer,
  type IsolatedPredictor,
  type IsolatedSource,
  type IsolationOptions,
} from './isolation/create-isolated-predictor.ts';
export type { ModelFailure } from './model-failure.ts';
export { createParallelAnswerer, type ParallelAnswerer } from './parallel-answerer.ts';
export { prepareVersionApart } from './prepare-version-apart.ts';
export { type ReadModelOptions, readModel, readVersion } from './read-model.ts';
export { RowText } from './row-text.ts';
export {
  type BreakerSettings,
  createServingVersion,
  type ServingVersion,
} from './serving-version.ts';
export { shadowRules } from './shadow-rules.ts';
export { createFallbackLimit, type Snapshot } from './snapshot.ts';
export { explainerOptions, explanationSource } from './version-explainer.ts';
export { whyNotStarted } from './why-not-started.ts';
