// What: standard errors of coefficients on the caller's scale, tests that they are 0, and intervals.
// Source: McCullagh and Nelder, Generalized Linear Models, 4.4: the covariance is the inverse of the information.
// Complexity: O(columns^2) per output.
// Invariant: numbers of statsmodels for Logit and OLS; NaN for columns that were left out.
import type { Design } from './design.ts';
import { normalBound, normalTail, studentBound, studentTail } from './distributions.ts';

/** One number for each coefficient (output by output, as the coefficients are) and each intercept. */
export interface PerCoefficient {
  readonly coefficients: Float64Array;
  readonly intercepts: Float64Array;
}

/** Whether coefficients differ from 0, each alone. */
export interface CoefficientTests {
  /** `normal`: the statistic is a z value; `student`: a t value. */
  readonly distribution: 'normal' | 'student';
  /** Of Student's distribution: weight of the rows less the number of coefficients; else `null`. */
  readonly degreesOfFreedom: number | null;
  /** The coefficient as a multiple of its standard error. */
  readonly statistics: PerCoefficient;
  /** Two-sided: how probable such a statistic is when the coefficient is 0, 0..1. */
  readonly pValues: PerCoefficient;
  /** Lower ends of the 95 % intervals. */
  readonly lower: PerCoefficient;
  /** Upper ends of the 95 % intervals. */
  readonly upper: PerCoefficient;
}

/** Roots of the variances on the caller's scale; `covariances` has a matrix per output, of the design's parameters. */
export function findStandardErrors(
  { hasIntercept, means, scales, used }: Design,
  covariances: readonly Float64Array[],
  columns: number,
): PerCoefficient {
  const outputs = covariances.length;
  const coefficients = new Float64Array(outputs * columns).fill(Number.NaN);
  const intercepts = new Float64Array(outputs).fill(Number.NaN);
  const width = used.length + (hasIntercept ? 1 : 0);
  for (const [output, covariance] of covariances.entries()) {
    for (let at = 0; at < used.length; at++) {
      const variance = covariance[at * width + at]!;
      coefficients[output * columns + used[at]!] = Math.sqrt(variance) / scales[at]!;
    }
    if (!hasIntercept) continue;
    // the intercept is that of the centred columns less the sum of coefficient times mean
    const shares = Float64Array.from({ length: width }, (_, at) =>
      at === used.length ? 1 : -means[at]! / scales[at]!,
    );
    let variance = 0;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++)
        variance += shares[a]! * shares[b]! * covariance[a * width + b]!;
    }
    intercepts[output] = Math.sqrt(variance);
  }
  return { coefficients, intercepts };
}

/** The tests of estimates with these standard errors; Student's distribution when there are degrees of freedom. */
export function testCoefficients(
  estimates: PerCoefficient,
  errors: PerCoefficient,
  degreesOfFreedom: number | null,
): CoefficientTests {
  const bound = degreesOfFreedom === null ? normalBound : studentBound(degreesOfFreedom);
  const tail = (distance: number): number =>
    degreesOfFreedom === null ? normalTail(distance) : studentTail(distance, degreesOfFreedom);
  const combine = (of: (estimate: number, error: number) => number): PerCoefficient => {
    const one = (kind: keyof PerCoefficient): Float64Array =>
      estimates[kind].map((estimate, at) => of(estimate, errors[kind][at]!));
    return Object.freeze({ coefficients: one('coefficients'), intercepts: one('intercepts') });
  };
  return Object.freeze({
    distribution: degreesOfFreedom === null ? 'normal' : 'student',
    degreesOfFreedom,
    statistics: combine((estimate, error) => estimate / error),
    pValues: combine((estimate, error) => tail(estimate / error)),
    lower: combine((estimate, error) => estimate - bound * error),
    upper: combine((estimate, error) => estimate + bound * error),
  });
}
