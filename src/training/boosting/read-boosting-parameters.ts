import type { TrainingColumn } from '../training-table.ts';
import { mostBins } from '../trees/bin-table.ts';
import type { TreeParameters } from '../trees/tree-grower.ts';
import type { BoostingParameters } from './boosting-parameters.ts';
import { type BoostingMetric, createMetric, metricNames } from './metrics/create-metric.ts';
import type { BoostingObjective } from './objectives/boosting-objective.ts';
import {
  createObjective,
  type ObjectiveName,
  type ObjectiveParameters,
  objectiveNames,
} from './objectives/create-objective.ts';
import { createParameterReader, type ParameterReader, valueInWords } from './parameter-reader.ts';
import { readMonotoneConstraints } from './read-monotone-constraints.ts';

/** Parameters that were checked, with what they left to defaults. */
export interface BoostingSettings {
  readonly objective: BoostingObjective;
  readonly tree: TreeParameters;
  readonly rounds: number;
  readonly maxBin: number;
  readonly subsample: number;
  readonly columnRatios: { readonly tree: number; readonly level: number; readonly node: number };
  /** One per output; `null` to find them from the labels. */
  readonly baseScores: readonly number[] | null;
  /** `null` for never. */
  readonly earlyStoppingRounds: number | null;
  readonly metrics: readonly BoostingMetric[];
  /** Whether the metrics were asked for by name. */
  readonly namesMetrics: boolean;
  readonly seed: number;
  readonly parallelTrees: number;
}

const share = { from: 0, to: 1, isAbove: true } as const;
const count = { from: 0, to: 2 ** 31 - 1, isInteger: true } as const;
const fromOne = { ...count, from: 1 } as const;

/**
 * Checks the parameters of boosting.
 * @throws `INVALID_CONFIG` with all that is unknown, impossible or without effect.
 */
export function readBoostingParameters(
  parameters: BoostingParameters,
  columns: readonly Pick<TrainingColumn, 'name' | 'type'>[],
): BoostingSettings {
  const reader = createParameterReader({ ...parameters });
  reader.word('tree_method', ['hist', 'auto'], 'hist');
  reader.word('booster', ['gbtree'], 'gbtree');
  const name = reader.word('objective', objectiveNames, 'reg:squarederror');
  const largestStep = reader.number(
    ['max_delta_step'],
    { from: 0 },
    name === 'count:poisson' ? 0.7 : 0,
  );
  const special = readObjectiveParameters(reader, name, largestStep);
  const objective = createObjective(name, special);
  const parallelTrees = reader.number(['num_parallel_tree'], fromOne, 1);
  const settings: BoostingSettings = {
    objective,
    parallelTrees,
    tree: readTreeParameters(reader, columns, largestStep, parallelTrees),
    rounds: reader.number(['num_boost_round', 'n_estimators'], { ...fromOne, to: 1e6 }, 100),
    maxBin: reader.number(['max_bin'], { from: 2, to: mostBins, isInteger: true }, 256),
    subsample: reader.number(['subsample'], share, 1),
    columnRatios: {
      tree: reader.number(['colsample_bytree'], share, 1),
      level: reader.number(['colsample_bylevel'], share, 1),
      node: reader.number(['colsample_bynode'], share, 1),
    },
    baseScores: readBaseScores(reader, objective),
    earlyStoppingRounds: reader.has('early_stopping_rounds')
      ? reader.number(['early_stopping_rounds'], fromOne, 1)
      : (reader.take('early_stopping_rounds'), null),
    namesMetrics: reader.has('eval_metric'),
    metrics: readMetrics(reader, objective, special.quantile_alpha),
    seed: reader.number(
      ['seed', 'random_state'],
      { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER, isInteger: true },
      0,
    ),
  };
  reader.finish();
  return Object.freeze(settings);
}

function readTreeParameters(
  reader: ParameterReader,
  columns: readonly Pick<TrainingColumn, 'name' | 'type'>[],
  largestStep: number,
  parallelTrees: number,
): TreeParameters {
  const maxLeaves = reader.number(['max_leaves'], count, 0);
  const deepest = maxLeaves === 0 ? 30 : 2 ** 31 - 1;
  const maxDepth = reader.number(['max_depth'], { ...count, to: deepest }, 6);
  if (maxDepth === 0 && maxLeaves === 0) {
    reader.fault('max_depth', '0 means no limit, which needs a limit of max_leaves');
  }
  const eta = reader.number(['eta', 'learning_rate'], { from: 0, to: 1 }, 0.3);
  return {
    eta: Math.fround(Math.fround(eta) / parallelTrees),
    max_depth: maxDepth,
    max_leaves: maxLeaves,
    grow_policy: reader.word('grow_policy', ['depthwise', 'lossguide'], 'depthwise'),
    lambda: reader.number(['lambda', 'reg_lambda'], { from: 0 }, 1),
    alpha: reader.number(['alpha', 'reg_alpha'], { from: 0 }, 0),
    gamma: reader.number(['gamma', 'min_split_loss'], { from: 0 }, 0),
    min_child_weight: reader.number(['min_child_weight'], { from: 0 }, 1),
    max_delta_step: largestStep,
    monotone_constraints: readMonotoneConstraints(reader, columns),
    max_cat_to_onehot: reader.number(['max_cat_to_onehot'], fromOne, 4),
    max_cat_threshold: reader.number(['max_cat_threshold'], fromOne, 64),
  };
}

/** The parameters that belong to some objectives only, and are refused with the others. */
function readObjectiveParameters(
  reader: ParameterReader,
  name: ObjectiveName,
  largestStep: number,
): ObjectiveParameters {
  const isMulticlass = name.startsWith('multi:');
  const belongs = {
    scale_pos_weight: name === 'binary:logistic' || name === 'reg:logistic',
    num_class: isMulticlass,
    quantile_alpha: name === 'reg:quantileerror',
    tweedie_variance_power: name === 'reg:tweedie',
  };
  for (const [parameter, isUsed] of Object.entries(belongs)) {
    if (!isUsed && reader.has(parameter)) reader.fault(parameter, `has no effect with ${name}`);
  }
  for (const parameter of ['num_class', 'quantile_alpha'] as const) {
    if (belongs[parameter] && !reader.has(parameter)) {
      reader.fault(parameter, `is needed by ${name}`);
    }
  }
  return {
    max_delta_step: largestStep,
    scale_pos_weight: reader.number(['scale_pos_weight'], { from: 0, isAbove: true }, 1),
    num_class: reader.number(['num_class'], { from: 2, to: 65_536, isInteger: true }, 2),
    tweedie_variance_power: reader.number(
      ['tweedie_variance_power'],
      { from: 1, to: 2, isBelow: true },
      1.5,
    ),
    quantile_alpha: readQuantiles(reader),
  };
}

function readQuantiles(reader: ParameterReader): readonly number[] {
  const given = reader.take('quantile_alpha');
  if (given === undefined) return [0.5];
  const quantiles = numbersOf(given);
  const areQuantiles = quantiles?.every(
    (quantile, index) =>
      quantile >= 0 && quantile <= 1 && !(quantile < (quantiles[index - 1] ?? 0)),
  );
  if (quantiles === null || quantiles.length === 0 || areQuantiles !== true) {
    reader.fault(
      'quantile_alpha',
      `expected numbers from 0 to 1, ascending, got ${valueInWords(given)}`,
    );
    return [0.5];
  }
  return quantiles;
}

function readBaseScores(
  reader: ParameterReader,
  objective: BoostingObjective,
): readonly number[] | null {
  const given = reader.take('base_score');
  if (given === undefined) return null;
  const scores = numbersOf(given);
  if (scores === null || (scores.length !== 1 && scores.length !== objective.outputs)) {
    const outputs = objective.outputs === 1 ? 'a number' : `1 or ${objective.outputs} numbers`;
    reader.fault('base_score', `expected ${outputs}, got ${valueInWords(given)}`);
    return null;
  }
  for (const score of scores) {
    const fault = objective.faultOfBaseScore(score);
    if (fault !== null) reader.fault('base_score', `${fault}, got ${score}`);
  }
  return scores.length === 1 ? Array.from({ length: objective.outputs }, () => scores[0]!) : scores;
}

function readMetrics(
  reader: ParameterReader,
  objective: BoostingObjective,
  quantiles: readonly number[],
): readonly BoostingMetric[] {
  const given = reader.take('eval_metric') ?? objective.defaultMetric;
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (names.length === 0) reader.fault('eval_metric', 'expected at least one metric');
  const metrics: BoostingMetric[] = [];
  for (const name of names) {
    const metric = typeof name === 'string' ? createMetric(name, objective, quantiles) : null;
    if (metric === null) {
      const known = metricNames(objective).join(', ');
      reader.fault(
        'eval_metric',
        `expected metrics of ${objective.name} (${known}), got ${valueInWords(name)}`,
      );
    } else if (metrics.some((other) => other.name === metric.name)) {
      reader.fault('eval_metric', `${metric.name} is named twice`);
    } else metrics.push(metric);
  }
  return metrics;
}

/** One finite number or several; `null` for anything else. */
function numbersOf(value: unknown): readonly number[] | null {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const numbers = values.filter((item) => typeof item === 'number' && Number.isFinite(item));
  return numbers.length === values.length ? numbers.map(Number) : null;
}
