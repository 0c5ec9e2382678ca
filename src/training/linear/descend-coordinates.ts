// What: the minimum over d of g'd + d'Hd / 2 + sum l1 |v + d|, the step of a proximal Newton method.
// Source: Friedman, Hastie and Tibshirani, J. Stat. Softw. 33 (2010); the last digits by a linear system on the support.
// Complexity: O(size * changed parameters) per sweep.
// Invariant: at the end every element of the smallest subgradient is within rounding of 0.
import { factorize, solve } from './cholesky.ts';

/** A quadratic model around a point `v` with an absolute penalty; H is full and symmetric. */
export interface QuadraticModel {
  readonly hessian: Float64Array;
  readonly gradient: Float64Array;
  readonly point: Float64Array;
  readonly l1: Float64Array;
}

const mostSweeps = 2000;
const sweepsBetweenSolutions = 25;

/** The step d from the point to the minimum of the model. */
export function descendCoordinates(model: QuadraticModel): Float64Array {
  const { gradient, hessian, l1, point } = model;
  const size = point.length;
  const step = new Float64Array(size);
  // H d
  const change = new Float64Array(size);
  for (let sweep = 1; sweep <= mostSweeps; sweep++) {
    let most = 0;
    for (let j = 0; j < size; j++) {
      const curvature = hessian[j * size + j]!;
      if (!(curvature > 0)) continue;
      const before = point[j]! + step[j]!;
      const free = before - (gradient[j]! + change[j]!) / curvature;
      const after = Math.sign(free) * Math.max(0, Math.abs(free) - l1[j]! / curvature);
      const moved = after - before;
      if (moved === 0) continue;
      // so that a zero is one exactly
      step[j] = after - point[j]!;
      for (let k = 0; k < size; k++) change[k]! += moved * hessian[j * size + k]!;
      most = Math.max(most, Math.abs(moved) * Math.sqrt(curvature));
    }
    const isSettled = most < 1e-14;
    if (isSettled || sweep % sweepsBetweenSolutions === 0) {
      const exact = solveOnSupport(model, step);
      if (exact !== null) return exact;
    }
    if (isSettled) break;
  }
  return step;
}

/** With zeros and signs as they are now, the optimum is a linear system; `null` when its solution has others. */
function solveOnSupport(
  { gradient, hessian, l1, point }: QuadraticModel,
  step: Float64Array,
): Float64Array | null {
  const size = point.length;
  const support: number[] = [];
  const exact = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    if (l1[j] === 0 || point[j]! + step[j]! !== 0) support.push(j);
    else exact[j] = -point[j]!;
  }
  const count = support.length;
  const matrix = new Float64Array(count * count);
  const sides = new Float64Array(count);
  for (let a = 0; a < count; a++) {
    const j = support[a]!;
    let side = gradient[j]! + l1[j]! * Math.sign(point[j]! + step[j]!);
    for (let k = 0; k < size; k++) side += hessian[j * size + k]! * exact[k]!;
    sides[a] = -side;
    for (let b = 0; b < count; b++) matrix[a * count + b] = hessian[j * size + support[b]!]!;
  }
  const factor = factorize(matrix, count);
  if (factor === null) return null;
  const solution = solve(factor, sides);
  for (let a = 0; a < count; a++) {
    const j = support[a]!;
    exact[j] = solution[a]!;
    const sign = Math.sign(point[j]! + step[j]!);
    if (l1[j]! > 0 && Math.sign(point[j]! + solution[a]!) !== sign) return null;
  }
  for (let j = 0; j < size; j++) {
    if (l1[j] === 0 || point[j]! + exact[j]! !== 0) continue;
    let slope = gradient[j]!;
    for (let k = 0; k < size; k++) slope += hessian[j * size + k]! * exact[k]!;
    if (Math.abs(slope) > l1[j]! * (1 + 1e-9)) return null;
  }
  return exact;
}
