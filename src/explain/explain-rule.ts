import type { Explanation, FeatureSchema, Label, Rule } from '../model/index.ts';

/**
 * Explains an answer that a rule gave: the answer is the base value, no feature moves it, and `rule` says which rule
 * fired and what it looked at. `conditions` are those of the rule in words, `labels` those of the classifier it stands in for.
 */
export function explainRule(
  rule: Rule,
  conditions: readonly string[],
  schema: FeatureSchema,
  labels: readonly Label[],
): Explanation {
  const { probability, probabilities, value = 0, because } = rule;
  const isClassifier = probability !== undefined || probabilities !== undefined;
  const nothing = probabilities?.map(() => 0) ?? 0;
  return {
    method: 'rule',
    exact: true,
    units: isClassifier ? 'probability' : 'target',
    baseValue: probabilities ?? probability ?? value,
    attributions: Object.fromEntries(schema.features.map(({ name }) => [name, nothing])),
    additivityResidual: 0,
    reasonCodes: [],
    mainReasons: [because],
    spokenOutput: 0,
    rule: { because, conditions },
    ...(probabilities !== undefined && { outputs: labels }),
  };
}
