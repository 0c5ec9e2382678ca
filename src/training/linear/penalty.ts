import type { Design } from './design.ts';
import type { ElasticNet } from './elastic-net.ts';

/** What parameters cost beside the loss: the sum of `l1 |v| + l2 v^2 / 2`, one of each per parameter. */
export interface Penalty {
  readonly l1: Float64Array;
  readonly l2: Float64Array;
}

/** What the point costs beside the loss. */
export function penaltyAt({ l1, l2 }: Penalty, point: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < point.length; j++)
    sum += l1[j]! * Math.abs(point[j]!) + 0.5 * l2[j]! * point[j]! * point[j]!;
  return sum;
}

/** Adds the derivatives of the smooth part to those of the loss. */
export function addPenaltyGradient(
  { l2 }: Penalty,
  point: Float64Array,
  gradient: Float64Array,
): Float64Array {
  for (let j = 0; j < point.length; j++) gradient[j]! += l2[j]! * point[j]!;
  return gradient;
}

/** How far a point is from the optimum: the largest element of the subgradient of the smallest norm; 0 at the optimum. */
export function distanceFromOptimum(
  { l1 }: Penalty,
  point: Float64Array,
  gradient: Float64Array,
): number {
  let most = 0;
  for (let j = 0; j < point.length; j++) {
    const value = point[j]!;
    const left =
      value === 0
        ? Math.max(0, Math.abs(gradient[j]!) - l1[j]!)
        : Math.abs(gradient[j]! + l1[j]! * Math.sign(value));
    // a NaN must not look like an optimum
    if (!(left <= most)) most = left;
  }
  return most;
}

/** The penalty of a mean loss on the scale of the design's columns and of a target that was divided by `unit`. */
export function penalize(
  { hasIntercept, scales }: Design,
  { ratio, strength }: ElasticNet,
  totalWeight: number,
  outputs: number,
  unit = 1,
): Penalty {
  const share = strength / totalWeight;
  const width = scales.length + (hasIntercept ? 1 : 0);
  const l1 = new Float64Array(outputs * width);
  const l2 = new Float64Array(outputs * width);
  for (let output = 0; output < outputs; output++) {
    for (let at = 0; at < scales.length; at++) {
      l1[output * width + at] = (share * ratio) / scales[at]! / unit;
      l2[output * width + at] = (share * (1 - ratio)) / scales[at]! / scales[at]!;
    }
  }
  return { l1, l2 };
}
