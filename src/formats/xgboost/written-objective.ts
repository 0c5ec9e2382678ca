import { SpillwayError } from '../../core/index.ts';

/** The block of parameters that XGBoost keeps of an objective; files without it are refused by versions before 3. */
export interface ParameterBlock {
  readonly name: string;
  /** Every parameter of the block, with what stands in the file when the model says nothing. */
  readonly defaults: Readonly<Record<string, string>>;
}

const regression: ParameterBlock = {
  name: 'reg_loss_param',
  defaults: { scale_pos_weight: '1' },
};
/** Its one parameter is the number of classes, which a booster has anyway. */
const softmax: ParameterBlock = { name: 'softmax_multiclass_param', defaults: { num_class: '0' } };

/** The objectives that can be written; `null` for one without parameters. */
const blocks: ReadonlyMap<string, ParameterBlock | null> = new Map<string, ParameterBlock | null>([
  ['binary:logistic', regression],
  ['binary:logitraw', regression],
  ['binary:hinge', null],
  ['multi:softprob', softmax],
  ['multi:softmax', softmax],
  ['reg:squarederror', regression],
  ['reg:squaredlogerror', regression],
  ['reg:logistic', regression],
  ['reg:absoluteerror', null],
  ['reg:pseudohubererror', { name: 'pseudo_huber_param', defaults: { huber_slope: '1' } }],
  ['reg:quantileerror', { name: 'quantile_loss_param', defaults: { quantile_alpha: '[5E-1]' } }],
  ['reg:expectileerror', { name: 'expectile_loss_param', defaults: { expectile_alpha: '[5E-1]' } }],
  ['reg:gamma', regression],
  [
    'reg:tweedie',
    { name: 'tweedie_regression_param', defaults: { tweedie_variance_power: '1.5' } },
  ],
  ['count:poisson', { name: 'poisson_regression_param', defaults: { max_delta_step: '0.7' } }],
]);

/** What stands under `objective` in a file. */
export function writeObjective(
  name: string,
  parameters: Readonly<Record<string, string>>,
  classes: number,
): Readonly<Record<string, string | Readonly<Record<string, string>>>> {
  const block = checkObjective(name, parameters);
  if (block === null) return { name };
  const counted = block === softmax ? { num_class: `${classes}` } : {};
  return { name, [block.name]: { ...block.defaults, ...parameters, ...counted } };
}

/**
 * The block of an objective, `null` for one without.
 * @throws SpillwayError `INVALID_OPTION` for an objective, or a parameter of it, that cannot be written
 */
export function checkObjective(
  name: string,
  parameters: Readonly<Record<string, string>>,
): ParameterBlock | null {
  const block = blocks.get(name);
  if (block === undefined) {
    throw new SpillwayError(
      'INVALID_OPTION',
      `objective "${name.slice(0, 64)}" cannot be written; those that can are ${[...blocks.keys()].join(', ')}`,
    );
  }
  const known = Object.keys(block?.defaults ?? {});
  const unknown = Object.keys(parameters).filter((parameter) => !known.includes(parameter));
  if (unknown.length > 0) {
    throw new SpillwayError(
      'INVALID_OPTION',
      `${name} has no parameters ${unknown.join(', ')} in its file; it has ${known.join(', ') || 'none'}`,
    );
  }
  return block;
}
