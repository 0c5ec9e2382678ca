// What: the minimum of a loss and an elastic net by (proximal) Newton steps with backtracking on the objective itself.
// Source: Boyd and Vandenberghe, Convex Optimization, 9.5; Lee, Sun and Saunders, SIAM J. Optim. 24 (2014).
// Complexity: one Hessian per iteration, 5 to 8 iterations; with an l1 part only over the columns that may be non-zero.
// Invariant: the objective never rises; the last, exact to rounding, step uses the Hessian of the one before.
import { type Factor, factorize, solve } from './cholesky.ts';
import { descendCoordinates } from './descend-coordinates.ts';
import { doubtfulPivot } from './drop-dependent-columns.ts';
import { largest } from './loss.ts';
import type { Minimum, Problem } from './minimize.ts';
import { addPenaltyGradient, distanceFromOptimum, penaltyAt } from './penalty.ts';
import { chooseDirection, rememberStep, type SecantPair, subtract } from './secant-pairs.ts';

/** A score that a step moves by less than this is near its optimum, where Newton's method squares the error each time. */
const smallMove = 0.1;

/** Second derivatives are measured anew after a step that left more than this of the largest derivative. */
const wornShare = 0.03;

/** Steps whose elements add up to less than this need no look at the rows: columns have unit scale, so no score moves far. */
const unseenStep = 1e-6;

/** Derivatives at which a sample's minimum is as near to that of all rows as it ever is. */
const roughTolerance = 1e-3;

/** Without a penalty: scores beyond this that still move, at derivatives below `farDerivative`, have no optimum. */
const farScore = 15;
const farDerivative = 1e-8;

/** The columns from which on zeros are left out of the Hessian when there is an l1 part. */
const manyColumns = 256;

/** Second derivatives for some of the parameters, which `places` tells, and their factor when there is no l1 part. */
interface Curvature {
  readonly hessian: Float64Array;
  readonly places: Int32Array;
  readonly factor: Factor | null;
  readonly isSmooth: boolean;
  /** Whether the diagonal had to be raised to make it positive definite. */
  readonly isDamped: boolean;
}

/**
 * Minimises; yields after each iteration, so that the caller can pause or end it there. Without an l1 part it begins where
 * the sample's minimum is, if there is a sample, and with the second derivatives that the sample has there.
 */
export function* minimizeByNewton(problem: Problem): Generator<void, Minimum> {
  const { penalty, sample, start } = problem;
  if (sample === null || largest(penalty.l1) > 0) return yield* descend(problem, null);
  const rough = { ...problem, loss: sample, tolerance: roughTolerance, maxIterations: 20 };
  const { outcome, parameters } = yield* descend(rough, null);
  // of few rows the classes may separate where those of all do not
  if (outcome !== 'converged') return yield* descend({ ...problem, start }, null);
  const curvature = measureCurvature(rough, parameters, parameters, true);
  return yield* descend({ ...problem, start: parameters }, curvature.isDamped ? null : curvature);
}

function* descend(problem: Problem, known: Curvature | null): Generator<void, Minimum> {
  const { loss, maxIterations, penalty, tolerance } = problem;
  const isSmooth = largest(penalty.l1) === 0;
  const isFree = isSmooth && largest(penalty.l2) === 0;
  let point: Float64Array = Float64Array.from(problem.start);
  let objective = loss.begin(point) + penaltyAt(penalty, point);
  let gradient = addPenaltyGradient(penalty, point, loss.gradient());
  let distance = distanceFromOptimum(penalty, point, gradient);
  let curvature = known;
  let pairs: readonly SecantPair[] = [];
  let before = Number.POSITIVE_INFINITY;

  for (let iterations = 0; ; iterations++) {
    const end = (outcome: Minimum['outcome']): Minimum => ({
      parameters: point,
      iterations,
      gradientNorm: distance,
      outcome,
    });
    if (isFree && loss.isApart()) return end('separated');
    if (distance === 0) return end('converged');
    if (distance <= tolerance && curvature !== null) {
      const step = stepFrom(problem, point, gradient, curvature, pairs);
      if (isTrusted(curvature) && sumOfSizes(step) <= unseenStep) {
        point = add(point, step, 1);
        return end('converged');
      }
      loss.aim(step);
      if (loss.reachOfDirection() <= smallMove && !(isFree && curvature.isDamped)) {
        const polished = add(point, step, 1);
        loss.lossAt(1);
        loss.move();
        const after = addPenaltyGradient(penalty, polished, loss.gradient());
        const left = distanceFromOptimum(penalty, polished, after);
        if (left <= distance) {
          point = polished;
          distance = left;
        } else {
          loss.begin(point);
        }
        return end('converged');
      }
      const isFar = loss.reach() > farScore || curvature.isDamped;
      if (isFree && isFar && distance <= farDerivative) return end('separated');
    }
    if (iterations === maxIterations) return end(distance <= tolerance ? 'converged' : 'stopped');
    const isWorn = distance > wornShare * before;
    if (curvature === null || !isSmooth || curvature.isDamped || isWorn) {
      curvature = measureCurvature(problem, point, gradient, isSmooth);
      pairs = [];
    }
    const step = stepFrom(problem, point, gradient, curvature, pairs);
    const promised = promise(problem, point, gradient, step);
    loss.aim(step);
    let length = 1;
    let next = point;
    let reached = objective;
    for (; length > 1e-10; length /= 2) {
      next = add(point, step, length);
      reached = loss.lossAt(length) + penaltyAt(penalty, next);
      if (reached <= objective + 1e-4 * length * promised + 1e-13 * Math.abs(objective) + 1e-30)
        break;
    }
    if (!(length > 1e-10)) {
      loss.begin(point);
      return end(distance <= tolerance ? 'converged' : 'stopped');
    }
    loss.move();
    const after = addPenaltyGradient(penalty, next, loss.gradient());
    pairs = rememberStep(pairs, subtract(next, point), subtract(after, gradient));
    point = next;
    objective = reached;
    gradient = after;
    before = distance;
    distance = distanceFromOptimum(penalty, point, gradient);
    yield;
  }
}

/** Whether a small step by these second derivatives surely ends nearer to the optimum. */
function isTrusted({ factor, isDamped }: Curvature): boolean {
  return !isDamped && factor !== null && factor.leastPivot > doubtfulPivot;
}

function sumOfSizes(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}

/** By how much the objective falls along the step, to first order; below 0. */
function promise(
  { penalty: { l1 } }: Problem,
  point: Float64Array,
  gradient: Float64Array,
  step: Float64Array,
): number {
  let sum = 0;
  for (let j = 0; j < point.length; j++) {
    sum += gradient[j]! * step[j]!;
    if (l1[j]! > 0) sum += l1[j]! * (Math.abs(point[j]! + step[j]!) - Math.abs(point[j]!));
  }
  return sum;
}

/** point + length * step; a step of full length that ends in zero gives zero. */
function add(point: Float64Array, step: Float64Array, length: number): Float64Array {
  return point.map((value, j) => value + length * step[j]!);
}

function measureCurvature(
  { loss, penalty }: Problem,
  point: Float64Array,
  gradient: Float64Array,
  isSmooth: boolean,
): Curvature {
  const columns = loss.size / loss.outputs;
  const selected = isSmooth || columns <= manyColumns ? null : activeColumns();
  const chosen = selected ?? Int32Array.from({ length: columns }, (_, column) => column);
  const places = new Int32Array(chosen.length * loss.outputs);
  for (let output = 0; output < loss.outputs; output++) {
    for (let at = 0; at < chosen.length; at++)
      places[output * chosen.length + at] = output * columns + chosen[at]!;
  }
  const hessian = loss.hessian(chosen);
  const size = places.length;
  for (let j = 0; j < size; j++) hessian[j * size + j]! += penalty.l2[places[j]!]!;
  if (!isSmooth) return { hessian, places, isSmooth, factor: null, isDamped: false };
  const factor = factorize(hessian, size);
  if (factor !== null) return { hessian, places, isSmooth, factor, isDamped: false };
  return { hessian, places, isSmooth, factor: factorizeDamped(hessian, size), isDamped: true };

  /** Columns with a parameter that is not zero, or would not stay so, for any output. */
  function activeColumns(): Int32Array {
    const active: number[] = [];
    for (let column = 0; column < columns; column++) {
      for (let j = column; j < loss.size; j += columns) {
        if (point[j]! !== 0 || Math.abs(gradient[j]!) > penalty.l1[j]! * (1 - 1e-6)) {
          active.push(column);
          break;
        }
      }
    }
    return Int32Array.from(active);
  }
}

/** Raises the diagonal until the matrix can be factored. */
function factorizeDamped(hessian: Float64Array, size: number): Factor | null {
  for (let share = 1e-12; share < 1e6; share *= 10) {
    const raised = Float64Array.from(hessian);
    for (let j = 0; j < size; j++) raised[j * size + j]! += share * (1 + hessian[j * size + j]!);
    const factor = factorize(raised, size);
    if (factor !== null) return factor;
  }
  return null;
}

function stepFrom(
  { penalty }: Problem,
  point: Float64Array,
  gradient: Float64Array,
  { factor, hessian, isSmooth, places }: Curvature,
  pairs: readonly SecantPair[],
): Float64Array {
  if (isSmooth)
    return chooseDirection(gradient, pairs, (left) =>
      factor === null ? left : solve(factor, left),
    );
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from(places, (place) => values[place]!);
  const model = { hessian, gradient: pick(gradient), point: pick(point), l1: pick(penalty.l1) };
  const part = descendCoordinates(model);
  const step = new Float64Array(point.length);
  for (let at = 0; at < places.length; at++) step[places[at]!] = part[at]!;
  return step;
}
