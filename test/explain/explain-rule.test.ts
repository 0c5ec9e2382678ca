import { describe, expect, it } from 'vitest';
import { explainRule } from '../../src/explain/index.ts';
import type { FeatureSchema } from '../../src/model/index.ts';

const schema: FeatureSchema = {
  features: [
    { name: 'tenure', type: 'number', required: false },
    { name: 'contract', type: 'category', categories: ['monthly', 'yearly'], required: false },
  ],
};

describe('explaining a rule', () => {
  it('makes the answer the base value, which no feature moves', () => {
    const rule = { when: [], probability: 0.8, because: 'New customers leave.' };
    expect(explainRule(rule, ['tenure below 12'], schema, ['stays', 'leaves'])).toEqual({
      method: 'rule',
      exact: true,
      units: 'probability',
      baseValue: 0.8,
      attributions: { tenure: 0, contract: 0 },
      additivityResidual: 0,
      reasonCodes: [],
      mainReasons: ['New customers leave.'],
      spokenOutput: 0,
      rule: { because: 'New customers leave.', conditions: ['tenure below 12'] },
    });
  });

  it('gives every label its own answer', () => {
    const rule = { when: [], probabilities: [0.7, 0.2, 0.1], because: 'Most do.' };
    expect(explainRule(rule, [], schema, ['a', 'b', 'c'])).toMatchObject({
      units: 'probability',
      baseValue: [0.7, 0.2, 0.1],
      attributions: { tenure: [0, 0, 0], contract: [0, 0, 0] },
      outputs: ['a', 'b', 'c'],
    });
  });

  it('speaks of the target where a rule answers a value', () => {
    const rule = { when: [], value: 12.5, because: 'The mean of last year.' };
    expect(explainRule(rule, [], schema, [])).toMatchObject({ units: 'target', baseValue: 12.5 });
  });
});
