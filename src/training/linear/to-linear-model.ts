import type { LinearModel } from '../../model/index.ts';
import type { LogisticFit, RegressionFit } from './linear-fit.ts';

/** The model that answers the value, the probability of the second class, or those of each of more than two classes. */
export function toLinearModel(fit: LogisticFit | RegressionFit): LinearModel {
  const classLink = fit.intercepts.length === 1 ? 'logistic' : 'softmax';
  return Object.freeze({
    kind: 'linear-model',
    columns: fit.columns,
    outputs: fit.intercepts.length,
    arithmetic: 'float64',
    weights: fit.coefficients,
    intercepts: fit.intercepts,
    link: fit.kind === 'linear' ? 'identity' : classLink,
    slope: 1,
  });
}
