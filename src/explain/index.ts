export { createComplianceReport } from './compliance-report.ts';
export { explainRule } from './explain-rule.ts';
export {
  type AttributedRows,
  createExplainer,
  type Explainer,
  type ExplainerOptions,
} from './explainer.ts';
export { createInterventionalShap } from './interventional-shap.ts';
export { explanationToWire, reportToWire } from './report-to-wire.ts';
