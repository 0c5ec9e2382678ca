// What: directions towards the minimum of a smooth function, from how its gradient changed over the last steps.
// Source: Nocedal and Wright, Numerical Optimization, algorithm 7.4 (the two loops of L-BFGS).
// Complexity: O(pairs * parameters), and one use of the inverse that it begins with.
// Invariant: without pairs the direction is minus that inverse times the gradient.

/** One step that was taken: what it changed of the point and of the gradient, and 1 / their product. */
export interface SecantPair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly scale: number;
}

/** How many pairs are remembered. */
const memory = 10;

/** The pairs with the newest one; without it when the function did not curve upwards along the step. */
export function rememberStep(
  pairs: readonly SecantPair[],
  step: Float64Array,
  change: Float64Array,
): readonly SecantPair[] {
  const product = dot(step, change);
  return product > 0 ? [...pairs.slice(1 - memory), { step, change, scale: 1 / product }] : pairs;
}

/** Minus the inverse of the Hessian, as `invert` and the pairs after it know it, times the gradient. */
export function chooseDirection(
  gradient: Float64Array,
  pairs: readonly SecantPair[],
  invert: (sides: Float64Array) => Float64Array,
): Float64Array {
  const left = gradient.map((value) => -value);
  const shares = new Float64Array(pairs.length);
  for (let at = pairs.length - 1; at >= 0; at--) {
    const { change, scale, step } = pairs[at]!;
    shares[at] = scale * dot(step, left);
    for (let j = 0; j < left.length; j++) left[j]! -= shares[at]! * change[j]!;
  }
  const direction = invert(left);
  for (const [at, { change, scale, step }] of pairs.entries()) {
    const share = shares[at]! - scale * dot(change, direction);
    for (let j = 0; j < direction.length; j++) direction[j]! += share * step[j]!;
  }
  return direction;
}

/** The sum of the products of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

/** a - b. */
export function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, j) => value - b[j]!);
}
