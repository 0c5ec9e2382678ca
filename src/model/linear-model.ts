import type { Link } from './link.ts';

/**
 * A weighted sum per output: `intercepts[k] + sum over c of weights[k * columns.length + c] * x[c]`, in column order.
 * With `float32` arithmetic x, each product and each sum are rounded, as XGBoost does. A missing x leaves no answer.
 */
export interface LinearModel {
  readonly kind: 'linear-model';
  readonly columns: readonly string[];
  readonly outputs: number;
  readonly arithmetic: 'float32' | 'float64';
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  readonly link: Link;
  /** By what a score is multiplied on its way into a logistic link; 1 for any other. */
  readonly slope: number;
}
