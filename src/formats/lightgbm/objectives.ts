import type { Link, Task } from '../../model/index.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';

/** What a LightGBM objective means for answering. */
export interface Objective {
  readonly name: string;
  readonly task: Task;
  readonly link: Link;
  /** By what a score is multiplied before a logistic link: LightGBM's `sigmoid`. */
  readonly slope: number;
}

type Kind = Pick<Objective, 'task' | 'link'> & {
  /** Whether `reg_sqrt` changes its answers. */
  readonly takesRoot?: boolean;
  /** Whether `sigmoid` does. */
  readonly takesSigmoid?: boolean;
};

const real: Kind = { task: 'regression', link: 'identity' };
const realOrRoot: Kind = { ...real, takesRoot: true };
const positive: Kind = { task: 'regression', link: 'exponential' };

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['binary', { task: 'binary', link: 'logistic', takesSigmoid: true }],
  ['multiclass', { task: 'multiclass', link: 'softmax' }],
  ['multiclassova', { task: 'multiclass', link: 'independent-logistic', takesSigmoid: true }],
  // their labels are shares from 0 to 1, not two kinds of rows
  ['cross_entropy', { task: 'regression', link: 'logistic' }],
  ['cross_entropy_lambda', { task: 'regression', link: 'softplus' }],
  ['regression', realOrRoot],
  ['regression_l1', realOrRoot],
  ['fair', realOrRoot],
  ['quantile', realOrRoot],
  ['mape', realOrRoot],
  ['huber', real],
  ['poisson', positive],
  ['gamma', positive],
  ['tweedie', positive],
  ['lambdarank', real],
  ['rank_xendcg', real],
]);

/** What stands for an objective of the user's own, of which a file says nothing. */
export const customObjective = 'custom';

/**
 * Reads the objective of a file, such as `binary sigmoid:1`, for a model of so many outputs. An objective of the user's own
 * (`null`) leaves the raw score as the answer, as it does in LightGBM.
 */
export function readObjective(text: string | null, outputs: number): Objective {
  const [name = '', ...words] = (text ?? customObjective).split(' ').filter(Boolean);
  if (name === customObjective) return { name, task: 'regression', link: 'identity', slope: 1 };
  const kind =
    kinds.get(name) ??
    refuseUnsupported(
      `objective "${name.slice(0, 64)}"`,
      `the objectives that can be read are ${[...kinds.keys()].join(', ')}`,
    );
  const { task, link, takesRoot = false, takesSigmoid = false } = kind;
  const classes = task === 'multiclass' ? readSetting(words, 'num_class', name) : 1;
  if (classes !== outputs || (task === 'multiclass' && classes < 2)) {
    refuseBroken(`objective ${name} of ${classes} classes for ${outputs} trees per iteration`);
  }
  const slope = takesSigmoid ? readSetting(words, 'sigmoid', name) : 1;
  if (!(slope > 0)) refuseBroken(`objective ${name}: expected a sigmoid above 0, got ${slope}`);
  return { name, task, link: takesRoot && words.includes('sqrt') ? 'signed-square' : link, slope };
}

function readSetting(words: readonly string[], key: string, name: string): number {
  const value = words.findLast((word) => word.startsWith(`${key}:`))?.slice(key.length + 1);
  const parts = /^(\d+)(?:\.(\d*))?(?:e([-+]?\d{1,3}))?$/i.exec(value ?? '');
  if (parts === null) return refuseBroken(`objective ${name}: expected a number for ${key}`);
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  // LightGBM reads these in parts, each rounded, which is not always the nearest number
  const scale = 10 ** Math.abs(Number(exponent));
  const size = Number(whole) + Number(fraction || '0') / 10 ** fraction.length;
  return Number(exponent) < 0 ? size / scale : size * scale;
}
