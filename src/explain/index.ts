export { createComplianceReport } from './compliance-report.ts';
export { createInteractions, type Interactions } from './create-interactions.ts';
export { explainRule } from './explain-rule.ts';
export { createExplainer, type Explainer, type ExplainerOptions } from './explainer.ts';
