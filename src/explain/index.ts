export { createComplianceReport } from './compliance-report.ts';
export type { WantedDecision } from './counterfactuals/goal.ts';
export type { CounterfactualOptions } from './counterfactuals/options.ts';
export { explainRule } from './explain-rule.ts';
export {
  type AttributedRows,
  createExplainer,
  type Explainer,
  type ExplainerOptions,
} from './explainer.ts';
export {
  type CounterfactualFinder,
  createCounterfactualFinder,
  findCounterfactuals,
} from './find-counterfactuals.ts';
export { explanationToWire, reportToWire } from './report-to-wire.ts';
