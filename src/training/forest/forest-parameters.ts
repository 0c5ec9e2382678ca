import type { Fault } from '../../core/index.ts';
import type { Task } from '../../model/index.ts';
import { checkParameters, isFlag, type ParameterRule } from '../parameter-rules.ts';
import { mostBins } from '../trees/bin-table.ts';

/** The parameters of a random forest, in scikit-learn's names and meaning, but for `max_bin`. */
export interface ForestParameters {
  /** How many trees. @default 100 */
  readonly n_estimators?: number | undefined;
  /** What a split is judged by; `log_loss` is another name of `entropy`. @default 'gini', for a regression 'squared_error' */
  readonly criterion?: 'gini' | 'entropy' | 'log_loss' | 'squared_error' | undefined;
  /** Levels below the root; `null` for no limit. @default null */
  readonly max_depth?: number | null | undefined;
  /** Rows that a node needs to be split, at least 2, or below 1 their share of all rows. @default 2 */
  readonly min_samples_split?: number | undefined;
  /** Rows that each side of a split needs, or below 1 their share of all rows. @default 1 */
  readonly min_samples_leaf?: number | undefined;
  /** Share of the weight of a tree that each side of a split needs, 0..0.5. @default 0 */
  readonly min_weight_fraction_leaf?: number | undefined;
  /**
   * Columns that are tried for each split: a function of how many there are, a number from 1 on, below 1 their share, or
   * `null` for all (what scikit-learn's 1.0 means: 1 is one column here). More are tried while
   * none of them varies in the node.
   * @default 'sqrt', for a regression null
   */
  readonly max_features?: 'sqrt' | 'log2' | number | null | undefined;
  /** Leaves of a tree, at least 2, which then grows best split first; `null` for no limit. @default null */
  readonly max_leaf_nodes?: number | null | undefined;
  /** Least that a split must lower the impurity of its tree, in the units of the criterion. @default 0 */
  readonly min_impurity_decrease?: number | undefined;
  /** Whether each tree sees rows drawn with replacement, or all. @default true */
  readonly bootstrap?: boolean | undefined;
  /** How many rows are drawn for each tree, or up to 1 their share, whatever they weigh; `null` for as many as there are. @default null */
  readonly max_samples?: number | null | undefined;
  /**
   * A factor of the weights of each class, by its number; those that are not named have 1. `balanced_subsample` is what
   * the rows count that were drawn for a tree. @default null
   */
  readonly class_weight?:
    | 'balanced'
    | 'balanced_subsample'
    | Readonly<Record<string, number>>
    | null
    | undefined;
  /** Whether each row is predicted by the trees that did not see it. @default false */
  readonly oob_score?: boolean | undefined;
  /** The seed, an integer. @default 0 */
  readonly random_state?: number | undefined;
  /** Bins of a column at most, 2 to 65,535. @default 256 */
  readonly max_bin?: number | undefined;
}

const isWhole = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) < 2 ** 31;
const isPart = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < 1;
const isWeight = (value: unknown): boolean =>
  typeof value === 'number' && value > 0 && value <= 1e30;

function wholeFrom(least: number): ParameterRule {
  return { expected: `an integer from ${least} on`, accepts: (value) => isWhole(value, least) };
}

function orNull({ expected, accepts }: ParameterRule): ParameterRule {
  return { expected: `${expected}, or null`, accepts: (value) => value === null || accepts(value) };
}

function orShare({ expected, accepts }: ParameterRule): ParameterRule {
  return {
    expected: `${expected}, or a share between 0 and 1`,
    accepts: (value) => isPart(value) || accepts(value),
  };
}

function oneOf(...names: readonly string[]): ParameterRule {
  return {
    expected: `one of ${names.join(', ')}`,
    accepts: (value) => names.some((name) => name === value),
  };
}

const rules = {
  n_estimators: wholeFrom(1),
  criterion: oneOf('gini', 'entropy', 'log_loss', 'squared_error'),
  max_depth: orNull(wholeFrom(1)),
  min_samples_split: orShare(wholeFrom(2)),
  min_samples_leaf: orShare(wholeFrom(1)),
  min_weight_fraction_leaf: {
    expected: 'a number from 0 to 0.5',
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= 0.5,
  },
  max_features: {
    expected: "'sqrt', 'log2', an integer from 1 on, a share between 0 and 1, or null",
    accepts: (value) =>
      value === 'sqrt' || value === 'log2' || value === null || isPart(value) || isWhole(value, 1),
  },
  max_leaf_nodes: orNull(wholeFrom(2)),
  min_impurity_decrease: {
    expected: 'a finite number from 0 on',
    accepts: (value) => Number.isFinite(value) && Number(value) >= 0,
  },
  bootstrap: isFlag,
  max_samples: {
    expected: 'an integer from 2 on, a share above 0 up to 1, or null',
    accepts: (value) => value === null || value === 1 || isPart(value) || isWhole(value, 2),
  },
  class_weight: {
    expected: "'balanced', 'balanced_subsample', null, or a number above 0 for each class",
    accepts: (value) =>
      value === 'balanced' ||
      value === 'balanced_subsample' ||
      value === null ||
      (typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isWeight)),
  },
  oob_score: isFlag,
  random_state: {
    expected: 'an integer',
    accepts: (value) => Number.isSafeInteger(value) && Math.abs(Number(value)) < 2 ** 32,
  },
  max_bin: {
    expected: `an integer from 2 to ${mostBins}`,
    accepts: (value) => isWhole(value, 2) && Number(value) <= mostBins,
  },
} satisfies Record<keyof ForestParameters, ParameterRule>;

/** What is trained: parameters may not ask for more than there is. */
interface ForestShape {
  readonly task: Task;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
}

/**
 * Refuses unknown names, values that are none, and combinations that mean nothing.
 * @throws SpillwayError `INVALID_CONFIG` with all faults.
 */
export function checkForestParameters(given: ForestParameters, shape: ForestShape): void {
  checkParameters('trainForest', { ...given }, rules, () => findContradictions(given, shape));
}

function findContradictions(
  given: ForestParameters,
  { task, rows, columns, classes }: ForestShape,
): readonly Fault[] {
  const faults: Fault[] = [];
  const found = (name: string, message: string): void => {
    faults.push({ pointer: `/parameters/${name}`, message });
  };
  const { bootstrap = true, class_weight, criterion, max_features, max_samples } = given;
  if (criterion !== undefined && (criterion === 'squared_error') !== (task === 'regression'))
    found('criterion', `${criterion} is not for a ${task} forest`);
  if (!bootstrap && given.oob_score === true)
    found('oob_score', 'needs bootstrap: without it there are no rows that a tree did not see');
  if (!bootstrap && typeof max_samples === 'number')
    found('max_samples', 'does nothing without bootstrap');
  if (typeof max_samples === 'number' && max_samples > rows)
    found('max_samples', `${max_samples} of ${rows} rows`);
  if (typeof max_features === 'number' && max_features > columns)
    found('max_features', `${max_features} of ${columns} columns`);
  if (class_weight === undefined || class_weight === null) return faults;
  if (task === 'regression') found('class_weight', 'does nothing in a regression');
  else if (typeof class_weight === 'object') {
    for (const name of Object.keys(class_weight)) {
      if (!(String(Number(name)) === name && isWhole(Number(name), 0) && Number(name) < classes))
        found('class_weight', `"${name}" is none of the classes 0 to ${classes - 1}`);
    }
  }
  return faults;
}
