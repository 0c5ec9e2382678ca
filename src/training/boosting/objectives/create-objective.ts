import { createAbsoluteError } from './absolute-error.ts';
import type { BoostingObjective } from './boosting-objective.ts';
import { createGamma, createPoisson, createTweedie } from './log-link.ts';
import { createLogistic } from './logistic.ts';
import { createQuantileError } from './quantile-error.ts';
import { createSoftmax } from './softmax.ts';
import { createSquaredError } from './squared-error.ts';

/** One of the objectives that can be trained, by XGBoost's names. */
export type ObjectiveName =
  | 'reg:squarederror'
  | 'reg:absoluteerror'
  | 'reg:quantileerror'
  | 'reg:logistic'
  | 'reg:gamma'
  | 'reg:tweedie'
  | 'count:poisson'
  | 'binary:logistic'
  | 'multi:softprob'
  | 'multi:softmax';

/** All of them. */
export const objectiveNames: readonly ObjectiveName[] = Object.freeze<ObjectiveName[]>([
  'reg:squarederror',
  'reg:absoluteerror',
  'reg:quantileerror',
  'reg:logistic',
  'reg:gamma',
  'reg:tweedie',
  'count:poisson',
  'binary:logistic',
  'multi:softprob',
  'multi:softmax',
]);

/** What the objectives need to know beside their name, in XGBoost's names. */
export interface ObjectiveParameters {
  readonly scale_pos_weight: number;
  readonly num_class: number;
  readonly quantile_alpha: readonly number[];
  readonly tweedie_variance_power: number;
  readonly max_delta_step: number;
}

/** Makes the objective of that name. */
export function createObjective(
  name: ObjectiveName,
  parameters: ObjectiveParameters,
): BoostingObjective {
  const factories: Readonly<Record<ObjectiveName, () => BoostingObjective>> = {
    'reg:squarederror': createSquaredError,
    'reg:absoluteerror': createAbsoluteError,
    'reg:quantileerror': () => createQuantileError(parameters.quantile_alpha),
    'reg:gamma': createGamma,
    'reg:tweedie': () => createTweedie(parameters.tweedie_variance_power),
    'count:poisson': () => createPoisson(parameters.max_delta_step),
    'reg:logistic': () => createLogistic('reg:logistic', parameters.scale_pos_weight),
    'binary:logistic': () => createLogistic('binary:logistic', parameters.scale_pos_weight),
    'multi:softprob': () => createSoftmax('multi:softprob', parameters.num_class),
    'multi:softmax': () => createSoftmax('multi:softmax', parameters.num_class),
  };
  return factories[name]();
}
