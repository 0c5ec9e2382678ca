import { expect } from 'vitest';
import type { Metric } from '../../../src/training/index.ts';

/** Relative to the larger of 1 and the value: sums of some hundred float64 numbers in another order. */
const tolerance = 1e-14;

/** Expects the same numbers as a judge's up to the order of sums, and no number, with a reason, where it has none. */
export function expectMetrics(
  found: Readonly<Record<string, Metric>>,
  expected: Readonly<Record<string, number | null>>,
): void {
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, value] of Object.entries(expected)) {
    const metric = found[name]!;
    if (value === null) {
      expect(metric, name).toMatchObject({ value: null, low: null, high: null, method: null });
      expect(metric.reason, name).toBeTypeOf('string');
      continue;
    }
    expect(Math.abs(metric.value! - value), name).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(value)),
    );
  }
}

/** Expects each interval to hold its value. */
export function expectIntervals(found: Readonly<Record<string, Metric>>): void {
  for (const [name, { value, low, high, method, reason }] of Object.entries(found)) {
    if (method === null) {
      expect([low, high], name).toEqual([null, null]);
      expect(reason, name).toBeTypeOf('string');
      continue;
    }
    expect(reason, name).toBeNull();
    expect(low!, name).toBeLessThanOrEqual(value!);
    expect(high!, name).toBeGreaterThanOrEqual(value!);
  }
}
