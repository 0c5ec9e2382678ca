import type { Metric } from './metric.ts';
import { metricWithoutInterval, undefinedMetric } from './metric-without-interval.ts';
import { boundShare } from './wilson.ts';

/** A measure and what is known about its spread. */
export interface DrawnMeasure {
  /** NaN when the rows do not define it. */
  readonly value: number;
  /** Its values in the draws, NaN where one does not define it; empty when none were asked for. */
  readonly draws: Float64Array;
  /** Why it would not be defined. */
  readonly reason: string;
  /** Whether drawing rows again pushes it upwards; it is then not negative. */
  readonly risesWhenDrawn?: boolean | undefined;
  /** Of how many rows it is the share, when it is one of rows that all weigh the same. */
  readonly shareOf?: number | undefined;
}

/** The largest part of the draws that may leave a measure undefined. */
const mostUndefined = 0.05;

/** Draws that differ by no more than this, relative to the value, differ by the order of their sums only. */
const sameness = 1e-12;

/** The metric with the interval that holds the middle 95 % of the draws. */
export function estimateFromDraws({
  value,
  draws,
  reason,
  risesWhenDrawn = false,
  shareOf,
}: DrawnMeasure): Metric {
  if (Number.isNaN(value)) return undefinedMetric(reason);
  if (draws.length === 0) return metricWithoutInterval(value, 'no draws were asked for');
  if (shareOf !== undefined && (value === 0 || value === 1)) {
    return { value, ...boundShare(value, shareOf), method: 'wilson', reason: null };
  }
  const sorted = draws.filter((drawn) => !Number.isNaN(drawn)).toSorted();
  const missing = draws.length - sorted.length;
  if (missing > mostUndefined * draws.length) {
    const often = `${missing} of ${draws.length} draws`;
    return metricWithoutInterval(value, `${often} do not define it: ${reason}`);
  }
  const low = quantile(sorted, 0.025);
  const high = quantile(sorted, 0.975);
  if (high - low <= sameness * Math.abs(value))
    return metricWithoutInterval(value, 'it is the same in all draws');
  if (risesWhenDrawn) {
    // where even the lowest draw is above the value, mirroring would leave the value out
    const mirrored = { low: Math.max(0, 2 * value - high), high: Math.max(value, 2 * value - low) };
    return { value, ...mirrored, method: 'bootstrap-basic', reason: null };
  }
  return { value, low, high, method: 'bootstrap', reason: null };
}

/** Linear between the two nearest of ascending numbers, as numpy does. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (place - below);
}
