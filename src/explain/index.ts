export { compliancePage } from './compliance-page.ts';
export { createReporter, type ReportFacts, reportText, statementOf } from './compliance-report.ts';
export type { WantedDecision } from './counterfactuals/goal.ts';
export type { CounterfactualOptions } from './counterfactuals/options.ts';
export { explainRule } from './explain-rule.ts';
export {
  createExplainer,
  type Explainer,
  type ExplainerOptions,
} from './explainer.ts';
export { createFeatureInteractions } from './feature-interactions.ts';
export {
  type CounterfactualFinder,
  createCounterfactualFinder,
} from './find-counterfactuals.ts';
export { globalReport } from './global/global-report.ts';
export {
  createGlobalView,
  type GlobalView,
  type GlobalViewBuilder,
  type OutputView,
} from './global/global-view.ts';
export { type ModelFacts, summaryToWire } from './global/summary-to-wire.ts';
export { createLimeExplainer, type LimeOptions } from './lime.ts';
export { explanationToWire } from './report-to-wire.ts';
