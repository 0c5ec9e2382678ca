import { largest } from './loss.ts';
import type { Minimum, Problem } from './minimize.ts';
import { minimizeByLbfgs } from './minimize-by-lbfgs.ts';
import { minimizeByNewton } from './minimize-by-newton.ts';

/** Beyond so many columns, or parameters, second derivatives cost more than the steps that they save. */
const mostColumns = 1000;
const mostParameters = 1500;

/** Whether second derivatives are used for so many columns and outputs. */
export function hasSecondDerivatives(columns: number, outputs: number): boolean {
  return columns <= mostColumns && columns * outputs <= mostParameters;
}

/** Minimises by what suits the problem; `maxIterations` is `null` for the method's own default. */
export function minimize(
  problem: Omit<Problem, 'maxIterations'>,
  maxIterations: number | null,
): Generator<void, Minimum> {
  const { loss, penalty } = problem;
  // an l1 part leaves most columns at zero, and only the others have second derivatives
  const usesNewton =
    largest(penalty.l1) > 0 || hasSecondDerivatives(loss.size / loss.outputs, loss.outputs);
  return usesNewton
    ? minimizeByNewton({ ...problem, maxIterations: maxIterations ?? 100 })
    : minimizeByLbfgs({ ...problem, maxIterations: maxIterations ?? 10_000 });
}
