// What: what a node answers, and how much less loss a split leaves, from sums of gradients.
// Source: Chen and Guestrin, "XGBoost" (KDD 2016), equations 5 to 7, with L1, step limits and monotone bounds as in
// dmlc/xgboost, src/tree/param.h and src/tree/split_evaluator.h.
// Complexity: constant.
// Invariant: float64 in between, weights and gains rounded to float32 where XGBoost rounds them.
import type { TreeParameters } from './tree-grower.ts';

const { fround } = Math;

/** Between which answers a node must stay; float32. */
export interface WeightBounds {
  readonly lower: number;
  readonly upper: number;
}

const greatest = fround(3.4028234663852886e38);

/** The bounds of a root: all of float32. */
export const noBounds: WeightBounds = Object.freeze({ lower: -greatest, upper: greatest });

/** What the gradients and hessians of rows say about nodes and splits under given parameters. */
export interface SplitScores {
  /** The answer of a node before the step size, without bounds. */
  weigh(gradient: number, hessian: number): number;
  /** The same within bounds. */
  weighWithin(gradient: number, hessian: number, bounds: WeightBounds): number;
  /** By how much that answer lowers the loss. */
  gainOf(gradient: number, hessian: number, weight: number): number;
  /** By how much two children lower the loss; -Infinity where the split is not allowed. */
  gainOfSplit(
    column: number,
    leftGradient: number,
    leftHessian: number,
    rightGradient: number,
    rightHessian: number,
    bounds: WeightBounds,
  ): number;
  /** The bounds of the children of a node that is split. */
  boundChildren(
    column: number,
    bounds: WeightBounds,
    leftWeight: number,
    rightWeight: number,
  ): readonly [left: WeightBounds, right: WeightBounds];
}

/** Makes the scores of a training; the parameters are rounded to float32 as XGBoost holds them. */
export function createSplitScores(parameters: TreeParameters): SplitScores {
  const lambda = fround(parameters.lambda);
  const alpha = fround(parameters.alpha);
  const leastHessian = fround(parameters.min_child_weight);
  const largestStep = fround(parameters.max_delta_step);
  const directions = parameters.monotone_constraints;
  const isConstrained = directions.some((direction) => direction !== 0);

  function weigh(gradient: number, hessian: number): number {
    if (hessian <= 0) return 0;
    const weight = -shrink(gradient, alpha) / (hessian + lambda);
    if (largestStep !== 0 && Math.abs(weight) > largestStep) {
      return weight < 0 ? -largestStep : largestStep;
    }
    return fround(weight);
  }

  function weighWithin(gradient: number, hessian: number, { lower, upper }: WeightBounds): number {
    const weight = weigh(gradient, hessian);
    return isConstrained ? Math.min(Math.max(weight, lower), upper) : weight;
  }

  function gainOf(gradient: number, hessian: number, weight: number): number {
    if (hessian <= 0) return 0;
    const quadratic = (hessian + lambda) * fround(weight * weight);
    return fround(-(2 * gradient * weight + quadratic + 2 * alpha * Math.abs(weight)));
  }

  return {
    weigh,
    weighWithin,
    gainOf,
    gainOfSplit(column, leftGradient, leftHessian, rightGradient, rightHessian, bounds) {
      if (!(leftHessian > 0 && rightHessian > 0)) return Number.NEGATIVE_INFINITY;
      if (leftHessian < leastHessian || rightHessian < leastHessian) {
        return Number.NEGATIVE_INFINITY;
      }
      const left = weighWithin(leftGradient, leftHessian, bounds);
      const right = weighWithin(rightGradient, rightHessian, bounds);
      const direction = directions[column] ?? 0;
      if (direction > 0 ? left > right : direction < 0 && left < right) {
        return Number.NEGATIVE_INFINITY;
      }
      return fround(
        gainOf(leftGradient, leftHessian, left) + gainOf(rightGradient, rightHessian, right),
      );
    },
    boundChildren(column, bounds, leftWeight, rightWeight) {
      const direction = directions[column] ?? 0;
      if (direction === 0) return [bounds, bounds];
      const middle = fround(fround(leftWeight + rightWeight) / 2);
      const below = { lower: bounds.lower, upper: middle };
      const above = { lower: middle, upper: bounds.upper };
      return direction > 0 ? [below, above] : [above, below];
    },
  };
}

/** Nearer to 0 by so much, but not beyond it. */
function shrink(gradient: number, by: number): number {
  if (gradient > by) return gradient - by;
  return gradient < -by ? gradient + by : 0;
}
