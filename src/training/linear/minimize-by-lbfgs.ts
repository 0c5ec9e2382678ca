// What: the minimum of a loss and a ridge penalty when there are too many parameters for their second derivatives.
// Source: Nocedal and Wright, Numerical Optimization, 7.4 (L-BFGS, ten pairs).
// Complexity: two passes over the rows per iteration; a step along a line needs none.
// Invariant: along a convex line the derivative rises, so the search brackets its zero and needs no values of the loss,
//   whose last digits are noise near the optimum.
import type { Loss } from './loss.ts';
import type { Minimum, Problem } from './minimize.ts';
import { addPenaltyGradient, distanceFromOptimum, type Penalty } from './penalty.ts';
import { chooseDirection, dot, rememberStep, type SecantPair, subtract } from './secant-pairs.ts';

/** How much of the derivative along the line may be left where a step ends. */
const slopeLeft = 0.5;

/** Minimises without an l1 part; yields after each iteration, so that the caller can pause or end it there. */
export function* minimizeByLbfgs(problem: Problem): Generator<void, Minimum> {
  const { loss, maxIterations, penalty, tolerance } = problem;
  const isFree = penalty.l2.every((value) => value === 0);
  let point: Float64Array = Float64Array.from(problem.start);
  loss.begin(point);
  let gradient = addPenaltyGradient(penalty, point, loss.gradient());
  let pairs: readonly SecantPair[] = [];

  for (let iterations = 0; ; iterations++) {
    const distance = distanceFromOptimum(penalty, point, gradient);
    const end = (outcome: Minimum['outcome']): Minimum => ({
      parameters: point,
      iterations,
      gradientNorm: distance,
      outcome,
    });
    if (isFree && loss.isApart()) return end('separated');
    if (distance <= tolerance) return end('converged');
    if (iterations === maxIterations) return end('stopped');
    let direction = chooseDirection(gradient, pairs, (left) => invertRoughly(left, pairs.at(-1)));
    if (!(dot(direction, gradient) < 0)) {
      pairs = [];
      direction = gradient.map((value) => -value);
    }
    loss.aim(direction);
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const length = searchLine(loss, penalty, point, direction, dot(direction, gradient), first);
    if (length === 0) {
      if (pairs.length === 0) return end('stopped');
      pairs = [];
      loss.begin(point);
      continue;
    }
    loss.move();
    const next = point.map((value, j) => value + length * direction[j]!);
    const after = addPenaltyGradient(penalty, next, loss.gradient());
    pairs = rememberStep(pairs, subtract(next, point), subtract(after, gradient));
    point = next;
    gradient = after;
    yield;
  }
}

/** The scale of the Hessian along the last step, before the pairs say more. */
function invertRoughly(left: Float64Array, last: SecantPair | undefined): Float64Array {
  if (last === undefined) return left;
  const size = 1 / (last.scale * dot(last.change, last.change));
  return left.map((value) => value * size);
}

/** A length at which the derivative along the direction is small; 0 when there is none to be found. */
function searchLine(
  loss: Loss,
  penalty: Penalty,
  point: Float64Array,
  direction: Float64Array,
  slope: number,
  first: number,
): number {
  let along = 0;
  let curved = 0;
  for (let j = 0; j < point.length; j++) {
    along += penalty.l2[j]! * point[j]! * direction[j]!;
    curved += penalty.l2[j]! * direction[j]! * direction[j]!;
  }
  let low = 0;
  let lowSlope = slope;
  let high = Number.POSITIVE_INFINITY;
  let highSlope = 0;
  let length = first;
  for (let attempt = 0; attempt < 60; attempt++) {
    loss.lossAt(length);
    const found = loss.slope() + along + length * curved;
    if (Math.abs(found) <= slopeLeft * -slope) return length;
    if (found < 0) {
      low = length;
      lowSlope = found;
    } else {
      high = length;
      highSlope = found;
    }
    if (high === Number.POSITIVE_INFINITY) length *= 4;
    else {
      const share = lowSlope / (lowSlope - highSlope);
      length = low + (high - low) * Math.min(0.9, Math.max(0.1, share));
    }
  }
  return 0;
}
