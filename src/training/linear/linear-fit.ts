import type { Label } from '../../model/index.ts';
import type { CoefficientTests, PerCoefficient } from './coefficient-tests.ts';

/** A linear function per output, fitted to rows. */
export interface LinearFit {
  /** The names of the columns, in the order of the coefficients. */
  readonly columns: readonly string[];
  /** Outputs x columns, output by output, on the scale of the caller's columns. */
  readonly coefficients: Float64Array;
  /** One per output; 0 without an intercept. */
  readonly intercepts: Float64Array;
  /** Whether the optimum was reached. */
  readonly converged: boolean;
  readonly iterations: number;
  /** Largest derivative of the mean loss that is left, columns (and the target of a regression) at unit scale. */
  readonly gradientNorm: number;
  /** `null` with a penalty or class weights, and where there is no optimum; NaN for columns that were left out. */
  readonly standardErrors: PerCoefficient | null;
  /** `null` exactly when there are no standard errors. */
  readonly tests: CoefficientTests | null;
  /** Names of columns with one value only, whose coefficients are 0. */
  readonly constantColumns: readonly string[];
  /** Names of columns that are sums of earlier ones, left out of a fit without a penalty; their coefficients are 0. */
  readonly collinearColumns: readonly string[];
  /** What a reader of the coefficients should know, in sentences. */
  readonly warnings: readonly string[];
}

/** A logistic regression: one output for two classes, the score of the second; one per class for more. */
export interface LogisticFit extends LinearFit {
  readonly kind: 'logistic';
  /** The labels in ascending order. */
  readonly classes: readonly Label[];
  /** Whether the classes, or some of them, can be told apart without error, so that without a penalty there is no optimum. */
  readonly separated: boolean;
}

/** A linear regression of one target. */
export interface RegressionFit extends LinearFit {
  readonly kind: 'linear';
  /** Share of the weighted squares about the mean (about 0 without an intercept) that is explained; `null` for a constant target. */
  readonly r2: number | null;
}
