import type { FeatureSchema, Rule, RuleCondition } from '../model/index.ts';

/**
 * Words the conditions of a rule for people, one text each: `"Contract is Month-to-month"`, `"Tenure below 12 months"`.
 * Uses the labels and units of the features; empty for a rule that always holds.
 */
export function describeConditions(rule: Rule, schema: FeatureSchema): string[] {
  return rule.when.map((condition) => describe(condition, schema));
}

function describe(condition: RuleCondition, schema: FeatureSchema): string {
  const feature = schema.features.find(({ name }) => name === condition.feature);
  const label = feature?.label ?? condition.feature;
  const unit = feature?.unit === undefined ? '' : ` ${feature.unit}`;
  if ('missing' in condition) return `${label} is missing`;
  if ('is' in condition) return `${label} is ${condition.is}${unit}`;
  if ('below' in condition) return `${label} below ${condition.below}${unit}`;
  return `${label} at least ${condition.atLeast}${unit}`;
}
