import type { Link } from './tree-ensemble.ts';

/** A weighted sum per output: `intercepts[k] + sum over c of weights[k * columns.length + c] * x[c]`, in float64. */
export interface LinearModel {
  readonly kind: 'linear-model';
  readonly columns: readonly string[];
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  readonly link: Link;
}
