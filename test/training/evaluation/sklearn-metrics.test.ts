import { describe, expect, it } from 'vitest';
import {
  evaluateBinary,
  evaluateMulticlass,
  evaluateRegression,
} from '../../../src/training/index.ts';
import { expectIntervals, expectMetrics } from './expect-metrics.ts';
import { byName, fixture } from './metrics-fixture.ts';

const bootstrap = { draws: 200 };

describe('a binary evaluation', () => {
  it.each(byName(fixture.binary))('agrees with scikit-learn: %s', (_, given) => {
    const found = evaluateBinary({ ...given, bootstrap, curvePoints: 100_000 });
    expectMetrics({ ...found.metrics }, given.expected);
    for (const [cell, weight] of Object.entries(given.confusion)) {
      expect({ ...found.confusion }).toHaveProperty(cell, expect.closeTo(weight, 9));
    }
    const [falls, recalls] = given.roc;
    expect(found.roc).toHaveLength(falls.length);
    for (const [k, point] of found.roc.entries()) {
      expect(point.falsePositiveRate).toBeCloseTo(falls[k]!, 13);
      expect(point.truePositiveRate).toBeCloseTo(recalls[k]!, 13);
    }
  });

  it.each(byName(fixture.binary))('has its values within its intervals: %s', (_, given) => {
    expectIntervals({ ...evaluateBinary({ ...given, bootstrap }).metrics });
  });
});

describe('a multiclass evaluation', () => {
  it.each(byName(fixture.multiclass))('agrees with scikit-learn: %s', (_, given) => {
    const classes = given.confusion.map((_row, code) => `label ${code}`);
    const probabilities = Float64Array.from(given.probabilities.flat());
    const found = evaluateMulticlass({ ...given, classes, probabilities, bootstrap });
    expectMetrics({ ...found.metrics }, given.expected);
    expectIntervals({ ...found.metrics });
    for (const [code, own] of found.perClass.entries()) {
      const { label: _label, rows: _rows, roc: _roc, precisionRecall: _curve, ...metrics } = own;
      const expected = Object.entries(given.perClass).map(([name, of]) => [name, of[code]!]);
      expectMetrics(metrics, Object.fromEntries(expected));
      expectIntervals(metrics);
    }
    for (const [code, row] of given.confusion.entries()) {
      for (const [k, weight] of row.entries()) {
        expect(found.confusion[code]![k]).toBeCloseTo(weight, 9);
      }
    }
  });
});

describe('an evaluation of a regression', () => {
  it.each(byName(fixture.regression))('agrees with scikit-learn: %s', (_, given) => {
    const { metrics } = evaluateRegression({ ...given, bootstrap });
    expectMetrics({ ...metrics }, given.expected);
    expectIntervals({ ...metrics });
  });
});
