import type { Metric } from './metric.ts';

/** A measure that the rows do not define, and why. */
export function undefinedMetric(reason: string): Metric {
  return { value: null, low: null, high: null, method: null, reason };
}

/** A measure whose interval cannot be told, and why. */
export function metricWithoutInterval(value: number, reason: string): Metric {
  return { value, low: null, high: null, method: null, reason };
}
