import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeatureSchema, Rule } from '../../src/model/index.ts';
import { createRuleEvaluator, describeConditions } from '../../src/resilience/index.ts';

const schema: FeatureSchema = {
  features: [
    { name: 'tenure', type: 'integer', unit: 'months', required: false },
    {
      name: 'contract',
      type: 'category',
      categories: ['Month-to-month', 'One year', 2],
      required: false,
    },
    {
      name: 'charges',
      type: 'number',
      label: 'Monthly charges',
      unit: 'USD per month',
      required: false,
    },
  ],
};

const otherwise: Rule = { when: [], probability: 0.25, because: 'nothing stands out' };

function evaluatorOf(...rules: Rule[]) {
  return createRuleEvaluator([...rules, otherwise], schema);
}

function rule(...when: Rule['when'][number][]): Rule {
  return { when, probability: 0.9, because: 'a reason' };
}

/** Whether a rule with one condition holds for [tenure, contract, charges]. */
function holds(condition: Rule['when'][number], values: readonly number[]): boolean {
  return evaluatorOf(rule(condition)).evaluate(Float64Array.from(values)).index === 0;
}

describe('a condition', () => {
  test('is: a category by its value, whatever its code', () => {
    expect(holds({ feature: 'contract', is: 'Month-to-month' }, [1, 0, 1])).toBe(true);
    expect(holds({ feature: 'contract', is: 'Month-to-month' }, [0, 1, 0])).toBe(false);
    expect(holds({ feature: 'contract', is: 2 }, [0, 2, 0])).toBe(true);
  });

  test('is: a number by its value', () => {
    expect(holds({ feature: 'tenure', is: 12 }, [12, 0, 0])).toBe(true);
    expect(holds({ feature: 'tenure', is: 12 }, [11, 0, 0])).toBe(false);
  });

  test('below excludes its bound and atLeast includes it', () => {
    expect(holds({ feature: 'tenure', below: 12 }, [11, 0, 0])).toBe(true);
    expect(holds({ feature: 'tenure', below: 12 }, [12, 0, 0])).toBe(false);
    expect(holds({ feature: 'charges', atLeast: 70.5 }, [0, 0, 70.5])).toBe(true);
    expect(holds({ feature: 'charges', atLeast: 70.5 }, [0, 0, 70.4])).toBe(false);
  });

  test('only missing holds for a missing value', () => {
    const row = [Number.NaN, Number.NaN, Number.NaN];
    expect(holds({ feature: 'tenure', missing: true }, row)).toBe(true);
    expect(holds({ feature: 'contract', missing: true }, row)).toBe(true);
    expect(holds({ feature: 'tenure', is: 0 }, row)).toBe(false);
    expect(holds({ feature: 'tenure', below: Number.POSITIVE_INFINITY }, row)).toBe(false);
    expect(holds({ feature: 'tenure', atLeast: Number.NEGATIVE_INFINITY }, row)).toBe(false);
    expect(holds({ feature: 'contract', is: 'One year' }, row)).toBe(false);
    expect(holds({ feature: 'tenure', missing: true }, [0, 0, 0])).toBe(false);
  });
});

describe('the rules', () => {
  test('decide in order: the first whose conditions all hold', () => {
    const risky = rule(
      { feature: 'contract', is: 'Month-to-month' },
      { feature: 'tenure', below: 6 },
    );
    const loyal = rule({ feature: 'tenure', atLeast: 6 });
    const evaluator = evaluatorOf(risky, loyal);
    expect(evaluator.evaluate(Float64Array.of(3, 0, 50))).toEqual({ rule: risky, index: 0 });
    expect(evaluator.evaluate(Float64Array.of(6, 0, 50))).toEqual({ rule: loyal, index: 1 });
    expect(evaluator.evaluate(Float64Array.of(3, 1, 50))).toEqual({ rule: otherwise, index: 2 });
  });

  test('answer every row', () => {
    const evaluator = evaluatorOf(
      rule({ feature: 'contract', is: 2 }, { feature: 'charges', atLeast: 100 }),
      rule({ feature: 'tenure', below: 10 }),
      rule({ feature: 'charges', missing: true }),
    );
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(0, 1, 2, Number.NaN), fc.double(), (a, b, c) => {
        const expected = b === 2 && c >= 100 ? 0 : a < 10 ? 1 : Number.isNaN(c) ? 2 : 3;
        expect(evaluator.evaluate(Float64Array.of(a, b, c)).index).toBe(expected);
      }),
    );
  });

  test('that no row can meet, or that may not answer, are refused with every fault', () => {
    const rules = [
      rule({ feature: 'age', below: 3 }),
      rule({ feature: 'tenure', is: 3 }, { feature: 'contract', is: 'Two years' }),
      rule({ feature: 'contract', atLeast: 1 }),
      rule({ feature: 'tenure', is: 'long' }),
      rule({ feature: 'tenure', below: 3 }),
    ];
    expect(() => createRuleEvaluator(rules, schema)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CARD',
        faults: [
          {
            pointer: '/rules/0/when/0',
            message: 'unknown feature age; known are tenure, contract, charges',
          },
          { pointer: '/rules/1/when/1', message: 'contract is never Two years' },
          {
            pointer: '/rules/2/when/0',
            message: 'contract is a category: below and atLeast need a number',
          },
          { pointer: '/rules/3/when/0', message: 'tenure is never long' },
          {
            pointer: '/rules',
            message: 'expected a last rule with an empty when, so that rules always answer',
          },
        ],
      }),
    );
    expect(() => createRuleEvaluator([], schema)).toThrow('expected a last rule');
  });
});

test('conditions are worded with labels and units', () => {
  const words = describeConditions(
    rule(
      { feature: 'contract', is: 'Month-to-month' },
      { feature: 'tenure', below: 12 },
      { feature: 'charges', atLeast: 70.5 },
      { feature: 'charges', is: 20 },
      { feature: 'tenure', missing: true },
    ),
    schema,
  );
  expect(words).toEqual([
    'contract is Month-to-month',
    'tenure below 12 months',
    'Monthly charges at least 70.5 USD per month',
    'Monthly charges is 20 USD per month',
    'tenure is missing',
  ]);
  expect(describeConditions(otherwise, schema)).toEqual([]);
});
