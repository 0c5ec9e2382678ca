import type { Link, Task } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';

/** What an XGBoost objective means for answering. */
export interface Objective {
  readonly task: Task;
  readonly link: Link;
  /**
   * How the `base_score` of the file, which is on the scale of the answers, becomes a margin; a `bounded-probability` is first
   * moved a little inside of 0..1.
   */
  readonly baseScale: 'margin' | 'probability' | 'bounded-probability' | 'positive' | 'increments';
}

const real: Objective = { task: 'regression', link: 'identity', baseScale: 'margin' };
const positive: Objective = { task: 'regression', link: 'exponential', baseScale: 'positive' };
const classes: Objective = { task: 'multiclass', link: 'softmax', baseScale: 'margin' };

/** XGBoost 3.4 and later sorts the quantiles of each row; the margins stay as they are. */
const quantiles: Objective = { ...real, link: 'ascending' };

const objectives: ReadonlyMap<string, Objective> = new Map<string, Objective>([
  ['binary:logistic', { task: 'binary', link: 'logistic', baseScale: 'bounded-probability' }],
  // XGBoost stops at the margin; the probability that the margin stands for is given beside it
  ['binary:logitraw', { task: 'binary', link: 'logistic', baseScale: 'margin' }],
  ['binary:hinge', { task: 'binary', link: 'hinge', baseScale: 'margin' }],
  ['multi:softprob', classes],
  ['multi:softmax', classes],
  ['reg:squarederror', real],
  ['reg:linear', real],
  ['reg:squaredlogerror', real],
  ['reg:absoluteerror', real],
  ['reg:pseudohubererror', real],
  ['reg:quantileerror', quantiles],
  // since 3.3
  [
    'reg:expectileerror',
    { task: 'regression', link: 'cumulative-softplus', baseScale: 'increments' },
  ],
  ['rank:pairwise', real],
  ['rank:ndcg', real],
  ['rank:map', real],
  ['reg:logistic', { task: 'regression', link: 'logistic', baseScale: 'bounded-probability' }],
  ['reg:gamma', positive],
  ['reg:tweedie', positive],
  ['count:poisson', positive],
  ['survival:cox', positive],
  ['survival:aft', positive],
]);

/**
 * Looks an objective up by its name in the file; refuses those whose answers are not known. They are those of the
 * `version` of XGBoost that wrote the file.
 */
export function findObjective(name: string, version: readonly number[] | null): Objective {
  const objective =
    objectives.get(name) ??
    refuseUnsupported(
      `objective "${name.slice(0, 64)}"`,
      `the objectives that can be read are ${[...objectives.keys()].join(', ')}`,
    );
  if (objective === quantiles && isBefore(version, 4)) return real;
  if (objective.baseScale === 'bounded-probability' && isBefore(version, 2)) {
    return { ...objective, baseScale: 'probability' };
  }
  return objective;
}

/** Whether a version is older than XGBoost 3 with that minor number. */
function isBefore(version: readonly number[] | null, newMinor: number): boolean {
  const [major = 0, minor = 0] = version ?? [];
  return major < 3 || (major === 3 && minor < newMinor);
}
