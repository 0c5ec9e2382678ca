export { createComplianceReport } from './compliance-report.ts';
export { explainRule } from './explain-rule.ts';
export {
  type AttributedRows,
  createExplainer,
  type Explainer,
  type ExplainerOptions,
} from './explainer.ts';
export { globalReport } from './global/global-report.ts';
export {
  createGlobalView,
  type GlobalView,
  type GlobalViewBuilder,
  type OutputView,
} from './global/global-view.ts';
export { type ModelFacts, summaryToWire } from './global/summary-to-wire.ts';
export { explanationToWire, reportToWire } from './report-to-wire.ts';
