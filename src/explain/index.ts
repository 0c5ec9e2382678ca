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
export { barChart } from './global/bar-chart.ts';
export { type Axis, createAxis } from './global/create-axis.ts';
export { globalReport } from './global/global-report.ts';
export {
  createGlobalView,
  type GlobalView,
  type GlobalViewBuilder,
  type OutputView,
} from './global/global-view.ts';
export { across, band, bandUnits } from './global/plot-area.ts';
export { reportStyle } from './global/report-style.ts';
export { type ModelFacts, summaryToWire } from './global/summary-to-wire.ts';
export { escapeHtml } from './html/escape-html.ts';
export { formatNumber, formatShare } from './html/format-number.ts';
export { htmlPage } from './html/html-page.ts';
export { htmlTable } from './html/html-table.ts';
export { pageStyle } from './html/page-style.ts';
export { svgImage } from './html/svg-image.ts';
export { createLimeExplainer, type LimeOptions } from './lime.ts';
export { explanationToWire } from './report-to-wire.ts';
