import { rankRows } from './rank-rows.ts';
import type { Spread } from './regression-evaluation.ts';

/** Describes how numbers are spread under their weights, all above 0. */
export function summariseSpread(numbers: Float64Array, weights: Float64Array): Spread {
  const { order } = rankRows(numbers);
  let total = 0;
  let sum = 0;
  for (let k = 0; k < numbers.length; k++) {
    total += weights[k]!;
    sum += weights[k]! * numbers[k]!;
  }
  const mean = sum / total;
  let squares = 0;
  for (let k = 0; k < numbers.length; k++) squares += weights[k]! * (numbers[k]! - mean) ** 2;
  const ascending = order.toReversed();
  const quantileAt = (share: number): number => {
    let below = 0;
    for (const row of ascending) {
      below += weights[row]!;
      if (below >= share * total) return numbers[row]!;
    }
    return numbers[order[0]!]!;
  };
  return {
    mean,
    standardDeviation: Math.sqrt(squares / total),
    min: numbers[ascending[0]!]!,
    p05: quantileAt(0.05),
    p25: quantileAt(0.25),
    median: quantileAt(0.5),
    p75: quantileAt(0.75),
    p95: quantileAt(0.95),
    max: numbers[order[0]!]!,
  };
}
