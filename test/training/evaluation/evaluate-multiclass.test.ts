import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluateBinary,
  evaluateMulticlass,
  type Metric,
  type MulticlassEvaluationOptions,
} from '../../../src/training/index.ts';

const bootstrap = { draws: 0 };
const classes = ['a', 'b', 'c'];

const rows = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: 2 }),
    probabilities: fc
      .tuple(...classes.map(() => fc.integer({ min: 1, max: 8 })))
      .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other, 0))),
    weight: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('a multiclass evaluation', () => {
  it('counts a weight of 2 as the row twice', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const twice = drawn.flatMap((row) => Array.from({ length: row.weight }, () => row));
        const weighted = evaluateMulticlass({
          classes,
          labels: drawn.map(({ label }) => label),
          probabilities: drawn.flatMap(({ probabilities }) => probabilities),
          weights: drawn.map(({ weight }) => weight),
          bootstrap,
        });
        const counted = evaluateMulticlass({
          classes,
          labels: twice.map(({ label }) => label),
          probabilities: twice.flatMap(({ probabilities }) => probabilities),
          bootstrap,
        });
        expect(weighted.confusion).toEqual(counted.confusion);
        const others: Readonly<Record<string, Metric>> = { ...counted.metrics };
        for (const [name, { value }] of Object.entries(weighted.metrics)) {
          if (value === null) expect(others[name]!.value, name).toBeNull();
          else expect(value, name).toBeCloseTo(others[name]!.value!, 12);
        }
      }),
    );
  });

  it('of two labels says what a binary one says', () => {
    const labels = Array.from({ length: 300 }, (_, row) => (row * row) % 2);
    const ofPositive = labels.map((label, row) => (label + ((row * 37) % 100) / 50) / 3.1);
    const probabilities = ofPositive.flatMap((probability) => [1 - probability, probability]);
    const several = evaluateMulticlass({ classes: [0, 1], labels, probabilities });
    const two = evaluateBinary({ labels, probabilities: ofPositive });
    expect(several.perClass[1]!.auc).toEqual(two.metrics.auc);
    for (const name of ['f1', 'precision', 'recall', 'averagePrecision'] as const) {
      expect(several.perClass[1]![name].value).toBe(two.metrics[name].value);
      // the same rows in another order are drawn, so other ones
      expect(several.perClass[1]![name].low).toBeCloseTo(two.metrics[name].low!, 1);
    }
    expect(several.perClass[1]!.roc).toEqual(two.roc);
    for (const name of ['accuracy', 'balancedAccuracy', 'logLoss', 'brier', 'matthews'] as const) {
      expect(several.metrics[name].value).toBeCloseTo(two.metrics[name].value!, 12);
    }
  });

  it('says which labels have no rows or few, and defines no mean over them', () => {
    const found = evaluateMulticlass({
      classes,
      labels: [0, 0, 1],
      probabilities: [0.8, 0.1, 0.1, 0.6, 0.2, 0.2, 0.1, 0.8, 0.1],
    });
    expect(found.warnings).toEqual([
      'labels without rows, which means over labels need: "c" (0)',
      'labels with few rows, the figures about them are rough: "a" (2), "b" (1)',
    ]);
    expect(found.metrics.macroAuc).toMatchObject({
      value: null,
      reason: 'a label has no rows, or all',
    });
    expect(found.metrics.weightedAuc.value).toBe(1);
    expect(found.perClass[2]!.roc).toEqual([]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it.each<[string, Partial<MulticlassEvaluationOptions>, string]>([
    ['one class', { classes: ['a'], probabilities: [1, 1] }, 'INVALID_DATA'],
    ['a label beyond the classes', { labels: [0, 2] }, 'INVALID_DATA'],
    ['a label between the classes', { labels: [0, 0.5] }, 'INVALID_DATA'],
    ['too few probabilities', { probabilities: [1, 0] }, 'INVALID_DATA'],
    ['null as a probability', { probabilities: [1, null, 0, 1] as number[] }, 'INVALID_DATA'],
    ['a probability below 0', { probabilities: [1.5, -0.5, 0, 1] }, 'INVALID_DATA'],
    ['probabilities that do not add up', { probabilities: [0.5, 0.4, 0, 1] }, 'INVALID_DATA'],
    ['too few draws', { bootstrap: { draws: 1 } }, 'INVALID_CONFIG'],
  ])('is refused for %s', (_, options, code) => {
    const usual = { classes: ['a', 'b'], labels: [0, 1], probabilities: [0.9, 0.1, 0, 1] };
    expect(() => evaluateMulticlass({ ...usual, ...options })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
