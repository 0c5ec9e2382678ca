import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluateRegression,
  type Metric,
  type RegressionEvaluationOptions,
} from '../../../src/training/index.ts';

const bootstrap = { draws: 0 };

const rows = fc.array(
  fc.record({
    target: fc.integer({ min: -5, max: 5 }),
    prediction: fc.integer({ min: -5, max: 5 }),
    weight: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('an evaluation of a regression', () => {
  it('counts a weight of 2 as the row twice', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const twice = drawn.flatMap((row) => Array.from({ length: row.weight }, () => row));
        const counted = evaluateRegression({
          targets: twice.map(({ target }) => target),
          predictions: twice.map(({ prediction }) => prediction),
          bootstrap,
        });
        const weighted = evaluateRegression({
          targets: drawn.map(({ target }) => target),
          predictions: drawn.map(({ prediction }) => prediction),
          weights: drawn.map(({ weight }) => weight),
          bootstrap,
        });
        const others: Readonly<Record<string, Metric>> = { ...counted.metrics };
        for (const [name, { value }] of Object.entries(weighted.metrics)) {
          if (value === null) expect(others[name]!.value, name).toBeNull();
          else expect(value, name).toBeCloseTo(others[name]!.value!, 12);
        }
        for (const part of ['target', 'residuals'] as const) {
          const expected: Readonly<Record<string, number>> = { ...counted[part] };
          for (const [name, value] of Object.entries(weighted[part])) {
            expect(value, name).toBeCloseTo(expected[name]!, 12);
          }
        }
        expect(weighted.bands.map(({ weight }) => weight)).toEqual(
          counted.bands.map(({ weight }) => weight),
        );
      }),
    );
  });

  it('has tables that hold every row once, in ascending order', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { bands, histogram } = evaluateRegression({
          targets: drawn.map(({ target }) => target),
          predictions: drawn.map(({ prediction }) => prediction),
          bootstrap,
        });
        expect(bands.reduce((sum, band) => sum + band.rows, 0)).toBe(drawn.length);
        expect(histogram.reduce((sum, bin) => sum + bin.rows, 0)).toBe(drawn.length);
        for (let k = 1; k < bands.length; k++) {
          expect(bands[k]!.from).toBeGreaterThan(bands[k - 1]!.to);
        }
      }),
    );
  });

  it('defines no percentage with a target of 0, and no share of the spread without one', () => {
    const found = evaluateRegression({ targets: [0, 0], predictions: [1, 2] });
    expect(found.metrics.mape).toMatchObject({ value: null, reason: 'a target is 0' });
    expect(found.metrics.r2).toMatchObject({
      value: null,
      reason: 'the targets are all the same',
    });
    expect(found.warnings).toEqual([
      'only 2 rows: the figures are rough',
      'all targets are the same: r2 is not defined',
    ]);
  });

  it('is plain frozen data, the same for the same seed', () => {
    const targets = Array.from({ length: 100 }, (_, row) => (row * 37) % 101);
    const predictions = targets.map((target, row) => target + ((row * 13) % 7) - 3);
    const found = evaluateRegression({ targets, predictions, bootstrap: { draws: 100 } });
    expect(evaluateRegression({ targets, predictions, bootstrap: { draws: 100 } })).toEqual(found);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(Object.isFrozen(found.metrics.rmse)).toBe(true);
    expect(found.metrics.rmse.method).toBe('bootstrap');
  });

  it.each<[string, Partial<RegressionEvaluationOptions>, string]>([
    ['no rows', { targets: [], predictions: [] }, 'INVALID_DATA'],
    ['a target that is NaN', { targets: [1, Number.NaN] }, 'INVALID_DATA'],
    ['an infinite prediction', { predictions: [1, Number.POSITIVE_INFINITY] }, 'INVALID_DATA'],
    ['a residual without a square', { predictions: [1, 1e200] }, 'INVALID_DATA'],
    ['too few predictions', { predictions: [1] }, 'INVALID_DATA'],
    ['a negative weight', { weights: [1, -1] }, 'INVALID_DATA'],
    ['too few draws', { bootstrap: { draws: 99 } }, 'INVALID_CONFIG'],
  ])('is refused for %s', (_, options, code) => {
    const usual = { targets: [1, 2], predictions: [1, 3] };
    expect(() => evaluateRegression({ ...usual, ...options })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
